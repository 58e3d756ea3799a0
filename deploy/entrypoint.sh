#!/bin/sh
# What a container of the desk does: web, devices, bot, migrate, or any command of manage.py.
set -eu
cd /opt/helpdesk
case ${1:-web} in
    web)
        mkdir -p "$HELPDESK_DATA/static"
        cp -ru /usr/local/share/helpdesk/static/. "$HELPDESK_DATA/static/"
        exec python manage.py serve --host 0.0.0.0 --port 8000
        ;;
    devices) exec python manage.py serve --only devices --host 0.0.0.0 ;;
    bot)
        python manage.py fetch_models || echo "Not all models are there: see above."
        exec python manage.py runbot
        ;;
    migrate) exec python manage.py migrate --no-input ;;
    *) exec python manage.py "$@" ;;
esac
