"""PyPI aiosmtpd as a mail server. Says where it listens, then every mail that it takes, one line of JSON each.

It runs until its standard input ends.
"""

import asyncio
import datetime
import ipaddress
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

what = json.loads(os.environ["SITUATION"])
folder = what["folder"]


def certificate(name, authority=None):
    """A certificate and its key; of an authority of its own where none is given."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = authority or (subject, key)
    # The tests' clock stands still, TLS has the real one.
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
    )
    if authority:
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256()), key, subject


def pem(path, *parts):
    with open(os.path.join(folder, path), "wb") as file:
        for part in parts:
            if isinstance(part, x509.Certificate):
                file.write(part.public_bytes(serialization.Encoding.PEM))
            else:
                encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
                file.write(part.private_bytes(*encoding, serialization.NoEncryption()))
    return os.path.join(folder, path)


root, root_key, root_name = certificate("Test authority")
leaf, leaf_key, _ = certificate("localhost", (root_name, root_key))
pem("authority.pem", root)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(pem("server.pem", leaf, leaf_key))


def say(**line):
    print(json.dumps(line), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local == "nobody":
            return "550 5.1.1 no such mailbox here"
        if local == "busy":
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if b"unwanted" in envelope.content:
            return "554 5.7.1 not wanted"
        login = session.auth_data.login.decode() if session.auth_data else None
        say(
            sender=envelope.mail_from,
            recipients=envelope.rcpt_tos,
            content=envelope.content.decode(),
            tls=session.ssl is not None or what["security"] == "tls",
            login=login,
            hello=session.host_name,
            peer=session.peer[1],
        )
        return "250 2.0.0 taken as 4711"


def authenticate(server, session, envelope, mechanism, data):
    right = LoginPassword(what["username"].encode(), what["password"].encode()) if "username" in what else None
    # Unhandled: the library gives the answer.
    return AuthResult(success=data == right, handled=False, auth_data=data)


def protocol():
    starttls = what["security"] == "starttls"
    return SMTP(
        Handler(),
        hostname="mail.test",
        enable_SMTPUTF8=what.get("utf8", True),
        tls_context=context if starttls else None,
        require_starttls=starttls,
        auth_required="username" in what,
        # With TLS from the first byte the library does not know of it.
        auth_require_tls=starttls,
        authenticator=authenticate,
    )


async def main():
    loop = asyncio.get_running_loop()
    tls = context if what["security"] == "tls" else None
    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    say(port=server.sockets[0].getsockname()[1])
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
