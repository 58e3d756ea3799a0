"""The device protocol's own example, word for word as its users typed and read it.

(who, line): `> ` is typed, `< ` is read. Keys are as they were; a replay puts today's in their
place. Where the original was wrong the line is as it should have been: it said "delivered" twice,
and gave the website to who asked for the place.
"""

KARTHIK, ANANDA = "Karthik Ragunath", "Ananda Kumar"
REGISTERED = "< Device Successfully Registered. Note down your api_key: "

TWO_PEOPLE = [
    (KARTHIK, '> {"register": true, "device_name": "Karthik Ragunath"}'),
    (KARTHIK, f"{REGISTERED}mCWtZJUic1Sj8JYK"),
    (
        KARTHIK,
        '> {"auth_key":"mCWtZJUic1Sj8JYK", "to_id": "Ananda Kumar", '
        '"message": "Hello there!!! Hope you are doing?!!!"}',
    ),
    (KARTHIK, "< Ananda Kumar is not online yet"),
    (ANANDA, '> {"register": true, "device_name": "Ananda Kumar"}'),
    (ANANDA, f"{REGISTERED}iljEUkqklOuKae5c"),
    (ANANDA, "< Message from Karthik Ragunath: Hello there!!! Hope you are doing?!!!"),
    (KARTHIK, "< Message: Hello there!!! Hope you are doing?!!! delivered to Ananda Kumar"),
    (
        ANANDA,
        '> {"auth_key":"iljEUkqklOuKae5c", "to_id": "Karthik Ragunath", '
        '"message": "I am doing fine. How about you???"}',
    ),
    (KARTHIK, "< Message from Ananda Kumar: I am doing fine. How about you???"),
    (
        KARTHIK,
        '> {"auth_key":"mCWtZJUic1Sj8JYK", "to_id": "Ananda Kumar", '
        '"message": "I am doing fine too. Thanks for asking!!!"}',
    ),
    (ANANDA, "< Message from Karthik Ragunath: I am doing fine too. Thanks for asking!!!"),
    (KARTHIK, '> {"disconnect": true, "auth_key":"mCWtZJUic1Sj8JYK"}'),
    (KARTHIK, ""),  # reads nothing, which is how long the next waits
    (
        ANANDA,
        '> {"auth_key":"iljEUkqklOuKae5c", "to_id": "Karthik Ragunath", "message": "Howz UTD???"}',
    ),
    (ANANDA, "< Karthik Ragunath is not online yet"),
    (KARTHIK, '> {"register": true, "device_name": "Karthik Ragunath"}'),
    (KARTHIK, f"{REGISTERED}qDlzcMSB3z5avAqI"),
    (KARTHIK, "< Message from Ananda Kumar: Howz UTD???"),
    (ANANDA, "< Message: Howz UTD??? delivered to Karthik Ragunath"),
    (KARTHIK, ""),
    (ANANDA, ""),
]

WEBSITE = (
    "< For link, refer http link attached in this document. Feel free to chat to us "
    "https://oit.utdallas.edu/helpdesk/"
)
PLACE = (
    "< It is located in SSB building opposite to Eugene McDermott Library. For map link, refer "
    "http link attached in this document https://map.concept3d.com/?id=1772#!sbc/?bm/?ct/42147"
)
QUESTIONS = [
    (KARTHIK, '> {"register": true, "device_name": "Karthik Ragunath"}'),
    (KARTHIK, f"{REGISTERED}FUCg6guD0l8jRfJH"),
    (KARTHIK, '> {"question": "oit-help-desk website", "auth_key":"FUCg6guD0l8jRfJH"}'),
    (KARTHIK, WEBSITE),
    (KARTHIK, '> {"question": "oit-help-desk on-campus location", "auth_key":"FUCg6guD0l8jRfJH"}'),
    (KARTHIK, PLACE),
    (KARTHIK, '> {"question": "on-campus location", "auth_key":"FUCg6guD0l8jRfJH"}'),
    (KARTHIK, PLACE),
    (KARTHIK, '> {"question": "how many moons has jupiter", "auth_key":"FUCg6guD0l8jRfJH"}'),
    (KARTHIK, "< Our representative will get in-touch with you"),
    (KARTHIK, ""),
]
