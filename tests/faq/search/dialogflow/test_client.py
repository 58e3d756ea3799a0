"""With a service account's key: encrypted, signed by the key, at a region's own address."""

import base64
import datetime
import json
import os
import subprocess
import sys

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from faq.search.dialogflow.client import REGION
from tests.services.dialogflow import Agent

ASK = """
import sys
import django
django.setup()
from faq.search.dialogflow.client import Client
client = Client("campus-help", sys.argv[1], sys.argv[2])
print(client.detect("wifi", "s", "en", 10).text, client.threshold(10))
"""


def pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def certificate(private_key) -> bytes:
    """A certificate of "localhost", signed by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private_key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(private_key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def test_a_question_is_encrypted_and_signed_by_the_service_accounts_key(
    private_key, certificate, tmp_path
):
    (tmp_path / "roots.pem").write_bytes(certificate)
    (tmp_path / "key.json").write_text(
        json.dumps(
            {
                "type": "service_account",
                "client_email": "bot@campus-help.iam.gserviceaccount.com",
                "private_key_id": "k1",
                "private_key": pem(private_key).decode(),
                # Nobody is asked for a token: there is nobody at this address.
                "token_uri": "http://127.0.0.1:9/token",
            }
        )
    )
    agent = Agent()
    agent.start(grpc.ssl_server_credentials([(pem(private_key), certificate)]))
    try:
        # A process of its own: gRPC reads its root certificates once.
        ran = subprocess.run(
            [sys.executable, "-c", ASK, str(tmp_path / "key.json"), f"localhost:{agent.port}"],
            capture_output=True, text=True, timeout=240,
            env={**os.environ, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(tmp_path / "roots.pem"),
                 "DJANGO_SETTINGS_MODULE": "tests.settings"},
        )  # fmt: skip
    finally:
        agent.stop()
    assert ran.stdout.startswith("Choose campus-secure. 0.4"), ran.stderr
    kind, _, token = agent.metadata[0]["authorization"].partition(" ")
    head, claims, signature = token.split(".")
    private_key.public_key().verify(
        decoded(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    said = json.loads(decoded(claims))
    assert kind == "Bearer"
    assert said["iss"] == "bot@campus-help.iam.gserviceaccount.com"
    assert said["aud"] == "https://dialogflow.googleapis.com/"


def decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_a_regions_address_tells_the_region():
    assert REGION.match("europe-west2-dialogflow.googleapis.com")[1] == "europe-west2"
    assert REGION.match("dialogflow.googleapis.com") is None
