#!/usr/bin/env python3
"""Makes the labelled corpus: python3 make.py, in this folder.

Each line is a format (text or json), a group and a text, separated by tabs. What must be found stands as «type:value»; a line without
has nothing to find. Labels come from how a value was made here, never from the engine. \\n, \\t and \\\\ are escapes.
"""
import hashlib
import json
import random
import string
import uuid

R = random.Random(20241121)
B58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
B32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
ALNUM = string.ascii_letters + string.digits


def pick(items):
    return R.choice(items)


def digits(n):
    return ''.join(R.choice(string.digits) for _ in range(n))


def hexa(n, letters='0123456789abcdef'):
    return ''.join(R.choice(letters) for _ in range(n))


def chars(n, alphabet=ALNUM):
    return ''.join(R.choice(alphabet) for _ in range(n))


def mixed(n):
    """A key: never without a digit at its end, as a word would be."""
    return chars(n - 2) + pick(string.digits) + pick(string.ascii_letters)


FIRST = ['Ada', 'Grace', 'Alan', 'Jörg', 'Zoë', 'María', 'Renée', 'Łukasz', 'Søren', 'Yuki', 'Ngọc', 'Karl-Heinz', 'Siobhán', 'Olga']
LAST = ['Lovelace', 'Hopper', 'Turing', 'Müller', 'García', 'Nowak', "O'Brien", 'Åström', 'Tanaka', 'Nguyễn', 'van den Berg', 'Schmidt']
CITIES = ['Berlin', 'München', 'Paris', 'Roma', 'Madrid', 'London', 'Zürich', 'Kraków', 'São Paulo', 'Springfield']
STREETS = ['Hauptstraße 5', '12 Main Street', 'Rue de la Paix 3', 'Via Roma 10', 'Calle Mayor 21', '221B Baker Street', 'Am Markt 1a']
WORDS = ('report order paper river window market signal garden budget module kernel buffer planet camera ticket letter summer engine '
         'object number result moment system server client office travel winter yellow simple stable').split()


def email():
    local = pick(['ada', 'grace.hopper', 'a.turing', 'j_mueller', 'info-desk', 'maria+news', 'x1y2', 'kontakt', 'first.middle.last', 'ANNA', "o'neil"])
    local += pick(['', digits(2), '.' + pick(WORDS)])
    domain = pick(['example.com', 'example.org', 'mail.example.co.uk', 'firma.de', 'uni-beispiel.de', 'empresa.es', 'societe.fr', 'a.b.c.example.net',
                   'exemplo.com.br', 'müller.de', 'xn--mller-kva.de', 'example.technology'])
    return local + '@' + domain


def luhn(body):
    total = 0
    for i, d in enumerate(reversed(body)):
        n = int(d) * (2 if i % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return body + str(-total % 10)


def card():
    prefix, length = pick([('4', 16), ('51', 16), ('55', 16), ('2221', 16), ('2720', 16), ('34', 15), ('37', 15), ('6011', 16), ('65', 16), ('3528', 16), ('36', 14),
                           ('38', 14), ('62', 16)])
    number = luhn(prefix + digits(length - len(prefix) - 1))
    if length == 14:
        return number
    groups = [4, 6, 5] if length == 15 else [4, 4, 4, 4]
    separator = pick(['', '', ' ', '-'])
    parts, at = [], 0
    for g in groups:
        parts.append(number[at:at + g])
        at += g
    return separator.join(parts)


def not_card():
    while True:
        number = pick('456') + digits(15)
        if luhn(number[:-1]) != number:
            return number


def iban():
    country, shape = pick([('DE', 'n18'), ('GB', 'a4n14'), ('FR', 'n10c11n2'), ('NL', 'a4n10'), ('ES', 'n20'), ('IT', 'a1n10c12'), ('CH', 'n5c12'), ('AT', 'n16'),
                           ('BE', 'n12'), ('PL', 'n24'), ('SE', 'n20'), ('NO', 'n11'), ('DK', 'n14'), ('PT', 'n21')])
    body, at = '', 0
    while at < len(shape):
        kind, end = shape[at], at + 1
        while end < len(shape) and shape[end].isdigit():
            end += 1
        n = int(shape[at + 1:end])
        body += digits(n) if kind == 'n' else chars(n, string.ascii_uppercase) if kind == 'a' else chars(n, string.ascii_uppercase + string.digits)
        at = end
    value = int(''.join(str(int(c, 36)) for c in body + country + '00'))
    number = country + '%02d' % (98 - value % 97) + body
    return ' '.join(number[i:i + 4] for i in range(0, len(number), 4)) if R.random() < 0.5 else number


def phone():
    d = digits
    n = lambda: pick('23456789')
    return pick([
        lambda: '+1' + n() + d(2) + n() + d(6), lambda: f'+1 {n()}{d(2)} {n()}{d(2)} {d(4)}', lambda: f'+1 ({n()}{d(2)}) {n()}{d(2)}-{d(4)}',
        lambda: f'({n()}{d(2)}) {n()}{d(2)}-{d(4)}', lambda: f'{n()}{d(2)}-{n()}{d(2)}-{d(4)}', lambda: f'{n()}{d(2)}.{n()}{d(2)}.{d(4)}',
        lambda: f'1-{n()}{d(2)}-{n()}{d(2)}-{d(4)}',
        lambda: f'+44 20 7{d(3)} {d(4)}', lambda: f'+44 7{d(3)} {d(6)}', lambda: f'020 7{d(3)} {d(4)}', lambda: f'07{d(3)} {d(6)}', lambda: f'+44 (0)20 7{d(3)} {d(4)}',
        lambda: f'+49 30 {n()}{d(6)}', lambda: f'030 {n()}{d(6)}', lambda: f'0{n()}{d(2)}/{n()}{d(5)}', lambda: f'+49 171 {n()}{d(6)}', lambda: f'0171 {n()}{d(6)}',
        lambda: f'+4930{n()}{d(6)}', lambda: f'0049 89 {n()}{d(6)}',
        lambda: f'+33 1 {d(2)} {d(2)} {d(2)} {d(2)}', lambda: f'01 {d(2)} {d(2)} {d(2)} {d(2)}', lambda: f'06.{d(2)}.{d(2)}.{d(2)}.{d(2)}', lambda: f'06{d(8)}',
        lambda: f'+39 06 {n()}{d(7)}', lambda: f'+39 347 {d(3)} {d(4)}', lambda: f'06 {n()}{d(3)} {d(4)}',
        lambda: f'+34 6{d(2)} {d(3)} {d(3)}', lambda: f'6{d(2)} {d(2)} {d(2)} {d(2)}',
        lambda: f'+91 9{d(4)} {d(5)}', lambda: f'98{d(3)} {d(5)}',
        lambda: f'+55 11 9{d(4)}-{d(4)}', lambda: f'(11) 9{d(4)}-{d(4)}',
        lambda: f'+61 4{d(2)} {d(3)} {d(3)}', lambda: f'04{d(2)} {d(3)} {d(3)}', lambda: f'(02) 9{d(3)} {d(4)}',
        lambda: f'+81 3-{n()}{d(3)}-{d(4)}', lambda: f'03-{n()}{d(3)}-{d(4)}', lambda: f'090-{n()}{d(3)}-{d(4)}',
    ])()


def announced():
    n = lambda: pick('23456789')
    return pick([
        lambda: ('tel', f'{n()}{digits(2)}{n()}{digits(6)}'), lambda: ('Telefon', f'030{n()}{digits(6)}'), lambda: ('móvil', f'6{digits(2)} {digits(3)} {digits(3)}'),
        lambda: ('phone', f'9{digits(9)}'), lambda: ('cellulare', f'3{n()}{digits(8)}'), lambda: ('celular', f'{n()}{n()}9{digits(8)}'), lambda: ('Fax', f'089{n()}{digits(6)}')])()


def ssn():
    area = R.choice([n for n in range(1, 900) if n != 666])
    return '%03d-%02d-%04d' % (area, R.randint(1, 99), R.randint(1, 9999))


def ip():
    return '.'.join(str(R.randint(1, 254)) for _ in range(4))


def ipv6():
    return pick([
        lambda: ':'.join(hexa(4) for _ in range(7)) + ':' + digits(4),
        lambda: '2001:db8:' + digits(2) + hexa(2) + '::' + digits(1) + hexa(2),
        lambda: 'fe80::' + pick('123456789') + hexa(3) + ':' + hexa(4) + ':' + digits(4),
        lambda: '::ffff:' + ip()])()


def mac():
    separator = pick(':-')
    value = separator.join(hexa(2) for _ in range(6))
    return value.upper() if R.random() < 0.4 else value


def sha2(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def bitcoin():
    data = bytes([pick([0, 5])]) + R.randbytes(20)
    data += sha2(data)[:4]
    n, text = int.from_bytes(data, 'big'), ''
    while n:
        n, r = divmod(n, 58)
        text = B58[r] + text
    return '1' * (len(data) - len(data.lstrip(b'\0'))) + text


def polymod(values):
    total = 1
    for v in values:
        top = total >> 25
        total = (total & 0x1ffffff) << 5 ^ v
        for i, g in enumerate([0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]):
            total ^= g if (top >> i) & 1 else 0
    return total


def bech32():
    version, length, constant = pick([(0, 20, 1), (0, 32, 1), (1, 32, 0x2bc830a3)])
    bits = ''.join(f'{b:08b}' for b in R.randbytes(length))
    bits += '0' * (-len(bits) % 5)
    data = [version] + [int(bits[i:i + 5], 2) for i in range(0, len(bits), 5)]
    expanded = [ord(c) >> 5 for c in 'bc'] + [0] + [ord(c) & 31 for c in 'bc']
    check = polymod(expanded + data + [0] * 6) ^ constant
    return 'bc1' + ''.join(B32[v] for v in data + [(check >> 5 * (5 - i)) & 31 for i in range(6)])


def keccak(data):
    rotate = lambda v, n: ((v << n) | (v >> (64 - n))) & (2 ** 64 - 1) if n else v
    state = [[0] * 5 for _ in range(5)]
    block = data + b'\x01' + b'\0' * (135 - len(data))
    block = block[:-1] + bytes([block[-1] | 0x80])
    for i in range(17):
        state[i % 5][i // 5] ^= int.from_bytes(block[8 * i:8 * i + 8], 'little')
    lfsr = 1
    for _ in range(24):
        c = [state[x][0] ^ state[x][1] ^ state[x][2] ^ state[x][3] ^ state[x][4] for x in range(5)]
        d = [c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1) for x in range(5)]
        state = [[state[x][y] ^ d[x] for y in range(5)] for x in range(5)]
        x, y, current = 1, 0, state[1][0]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            current, state[x][y] = state[x][y], rotate(current, (t + 1) * (t + 2) // 2 % 64)
        for y in range(5):
            row = [state[x][y] for x in range(5)]
            for x in range(5):
                state[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5] & (2 ** 64 - 1))
        for j in range(7):
            lfsr = (lfsr << 1) ^ ((lfsr >> 7) * 0x171)
            if lfsr & 2:
                state[0][0] ^= 1 << ((1 << j) - 1)
    return b''.join(state[i % 5][i // 5].to_bytes(8, 'little') for i in range(4))


def ethereum():
    plain = hexa(40)
    if R.random() < 0.4:
        return '0x' + plain
    check = keccak(plain.encode()).hex()
    return '0x' + ''.join(c.upper() if int(check[i], 16) >= 8 else c for i, c in enumerate(plain))


def crypto():
    return pick([bitcoin, bech32, ethereum])()


def base64url(value):
    import base64
    return base64.urlsafe_b64encode(json.dumps(value, separators=(',', ':')).encode()).decode().rstrip('=')


def jwt():
    return base64url({'alg': pick(['HS256', 'ES256', 'RS256']), 'typ': 'JWT'}) + '.' + base64url({'sub': digits(10), 'iat': int('17' + digits(8))}) + '.' + mixed(43)


def key():
    return pick([
        lambda: 'gh' + pick('pousr') + '_' + mixed(36), lambda: 'github_pat_' + mixed(22) + '_' + mixed(59), lambda: 'glpat-' + mixed(20),
        lambda: pick(['sk', 'rk']) + pick(['_live_', '_test_']) + mixed(24), lambda: f'xoxb-{digits(12)}-{digits(12)}-{mixed(24)}',
        lambda: 'AIza' + mixed(35), lambda: pick(['AKIA', 'ASIA']) + chars(16, string.ascii_uppercase + string.digits), lambda: 'sk-proj-' + mixed(48),
        lambda: 'npm_' + mixed(36), lambda: 'hf_' + mixed(34), lambda: 'SG.' + mixed(22) + '.' + mixed(43), jwt])()


def pem():
    label = pick(['RSA ', '', 'EC ', 'OPENSSH '])
    body = '\n'.join(chars(64, ALNUM + '+/') for _ in range(R.randint(2, 5)))
    return f'-----BEGIN {label}PRIVATE KEY-----\n{body}\n-----END {label}PRIVATE KEY-----'


def date():
    return pick(['%04d-%02d-%02d' % (R.randint(1930, 2010), R.randint(1, 12), R.randint(1, 28)),
                 '%02d.%02d.%04d' % (R.randint(1, 28), R.randint(1, 12), R.randint(1930, 2010)), '%02d/%02d/%04d' % (R.randint(1, 12), R.randint(1, 28), R.randint(1930, 2010))])


def stamp():
    return '%04d-%02d-%02dT%02d:%02d:%02d.%sZ' % (R.randint(2019, 2026), R.randint(1, 12), R.randint(1, 28), R.randint(0, 23), R.randint(0, 59), R.randint(0, 59), digits(3))


CONTEXTS = [
    lambda m: m, lambda m: f'{stamp()} INFO  [worker-{digits(1)}] handled {m} in {digits(2)} ms', lambda m: f'Please use {m} from now on.',
    lambda m: f'{pick(WORDS)},{m},{pick(WORDS)}', lambda m: f'"{pick(WORDS)}";"{m}";{digits(2)}', lambda m: f'<td class="{pick(WORDS)}">{m}</td>',
    lambda m: f'* **{m}** ({pick(WORDS)})', lambda m: f'| {pick(WORDS)} | {m} |', lambda m: f'Bitte melden Sie sich: {m}, danke.',
    lambda m: f'Puede usar {m}; gracias por su tiempo.', lambda m: f'Merci de noter “{m}”, à bientôt.',
    lambda m: f'こちらは{m}です', lambda m: f'Subject: Re: {pick(WORDS)}\n\n> {m}\n\nBest wishes', lambda m: f'{{"msg": "{m}", "n": {digits(2)}}}',
    lambda m: f'{pick(WORDS)}={m} {pick(WORDS)}={digits(3)}', lambda m: f'🙂 {m} 🎉', lambda m: f'`{m}`', lambda m: f'({m})',
]


def mark(kind, value):
    return f'«{kind}:{value}»'


LINES = []


def add(format, group, text):
    LINES.append('\t'.join([format, group, text.replace('\\', '\\\\').replace('\n', '\\n').replace('\t', '\\t')]))


def positives():
    # Japanese stands next to digits only where words are not separated; a crypto address or key may not touch a letter on either side.
    for kind, make, count in [('email', email, 220), ('phone', phone, 300), ('card', card, 180), ('iban', iban, 180), ('ssn', ssn, 90), ('ip', ip, 110), ('ip', ipv6, 70),
                              ('mac', mac, 80), ('crypto_address', crypto, 120), ('secret', key, 200)]:
        for i in range(count):
            add('text', kind, CONTEXTS[i % len(CONTEXTS)](mark(kind, make())))
    for _ in range(40):
        word, number = announced()
        add('text', 'phone', pick(['{0}: {1}', '{0} {1}, {2}', '{2} {0}. {1}']).format(word, mark('phone', number), pick(WORDS)))
    for _ in range(60):
        user, password, host = pick(['app', 'root', 'svc', '']), chars(R.randint(6, 16), ALNUM + '!$_-.'), pick(['db.internal:5432', 'cache:6379', 'example.com', '[::1]:80'])
        add('text', 'url_credentials', pick(['connect to {} now', 'DATABASE_URL={}', '"url": "{}"', '<{}>']).format(
            pick(['postgres', 'redis', 'https', 'amqp', 'mongodb+srv']) + '://' + mark('url_credentials', user + ':' + password) + '@' + host + pick(['/', '/data', ''])))
    for _ in range(30):
        add('text', 'secret', pick(['key:\n{}\n', '{}', 'cat id_rsa\n{}\n$ ']).format(mark('secret', pem())))
    for _ in range(80):
        add('text', 'secret', pick([
            lambda: 'Authorization: Bearer ' + mark('secret', mixed(R.randint(20, 60))), lambda: "curl -H 'Authorization: Basic " + mark('secret', mixed(20) + '==') + "' http://x",
            lambda: pick(['password=', 'PASSWORD=', 'db_password: ', 'pwd=', 'Passwort: ', 'client_secret=', 'api_key=', 'apiKey: ', 'aws_secret_access_key = ']) + mark('secret', mixed(R.randint(8, 40))),
            lambda: pick(['"password": "{}"', "secret: '{}'", '"accessToken":"{}"']).format(mark('secret', mixed(24)))])())
    for _ in range(60):
        add('text', 'date_of_birth', pick(['dob={}', 'date_of_birth: {}', 'Geburtsdatum: {}', 'Date of birth: {}, {}', 'birthday="{}"', 'birthDate: {}']).format(mark('date_of_birth', date()), pick(WORDS)))


def documents():
    dump = lambda value: json.dumps(value, ensure_ascii=False, separators=pick([(',', ':'), (', ', ': ')]))
    m = mark
    for i in range(260):
        first, last, city, street = pick(FIRST), pick(LAST), pick(CITIES), pick(STREETS)
        add('json', 'document', dump(pick([
            lambda: {'firstName': m('person_name', first), 'lastName': m('person_name', last), 'id': str(uuid.UUID(int=R.getrandbits(128)))},
            lambda: {'vorname': m('person_name', first), 'nachname': m('person_name', last), 'geburtsdatum': m('date_of_birth', date()), 'plz': m('address', digits(5)), 'ort': m('address', city)},
            lambda: {'name': m('person_name', first + ' ' + last), 'email': m('email', email()), 'city': m('address', city), 'active': True},
            lambda: {'customer': {'name': m('person_name', first), 'address': {'street': m('address', street), 'zip': m('address', digits(5)), 'country': 'DE'}}, 'total': 12.5},
            lambda: {'users': [{'name': m('person_name', first), 'dob': m('date_of_birth', date())}, {'name': m('person_name', last), 'phone': m('phone', phone())}]},
            lambda: {'employee': {'full_name': m('person_name', first + ' ' + last), 'ssn': m('ssn', ssn()), 'gender': 'f', 'town': m('address', city)}},
            lambda: {'service': 'billing', 'config': {'password': m('secret', mixed(12)), 'apiKey': m('secret', mixed(30)), 'retries': 3, 'host': 'db.internal'}},
            lambda: {'billing_address': m('address', street + ', ' + city), 'cardholderName': m('person_name', first + ' ' + last), 'card': m('card', card())},
            lambda: {'event': 'login', 'ip': m('ip', ip()), 'user': {'nickname': m('person_name', first), 'mail': m('email', email())}},
            lambda: {'iban': m('iban', iban()), 'kontoinhaber': m('person_name', first + ' ' + last), 'betrag': digits(3)},
            lambda: {'contact': {'prenom': m('person_name', first), 'nom': m('person_name', last), 'ville': m('address', city), 'téléphone': m('phone', phone())}},
        ])()))
        add('json', 'document without', dump(pick([
            lambda: {'name': pick(WORDS) + '-service', 'version': '1.2.3', 'replicas': R.randint(1, 9)},
            lambda: {'product': {'name': pick(WORDS), 'sku': 'SKU-' + digits(6), 'price': R.random()}, 'city': pick(CITIES), 'stock': R.randint(0, 99)},
            lambda: {'file': {'name': pick(WORDS) + '.png', 'size': R.randint(1, 10 ** 7), 'sha256': hexa(64)}},
            lambda: {'id': str(uuid.UUID(int=R.getrandbits(128))), 'createdAt': stamp(), 'tokens': R.randint(1, 4096), 'passwordLength': 12},
            lambda: {'weather': {'city': pick(CITIES), 'lat': 52.52, 'lon': '13.405', 'temp': -3}},
            lambda: {'metadata': {'name': 'pod-' + hexa(5), 'namespace': pick(WORDS), 'labels': {'app': pick(WORDS)}}, 'uid': hexa(32)},
            lambda: {'token': None, 'password': '', 'secret': '********', 'apiKey': True, 'street': pick(STREETS)},
            lambda: {'columns': [{'name': 'amount', 'type': 'int'}, {'name': 'address', 'type': 'text'}], 'address': '0x1f'},
        ])()))


def negatives():
    makers = [
        lambda: str(uuid.UUID(int=R.getrandbits(128), version=4)), lambda: 'commit ' + hexa(40), lambda: hexa(7) + ' fix ' + pick(WORDS), stamp,
        lambda: f'{R.randint(1, 28):02d}.{R.randint(1, 12):02d}.{R.randint(1990, 2026)} {R.randint(0, 23):02d}:{R.randint(0, 59):02d}', lambda: f'{R.randint(1990, 2026)}-{R.randint(1, 12):02d}-{R.randint(1, 28):02d}',
        lambda: f'{R.randint(1, 12):02d}/{R.randint(1, 28):02d}/{R.randint(1990, 2026)}', lambda: f'order {digits(8)}', lambda: f'ORD-{digits(4)}-{digits(6)}', lambda: f'invoice #{digits(10)}',
        lambda: f'v{R.randint(0, 9)}.{R.randint(0, 30)}.{R.randint(0, 99)}', lambda: f'{R.randint(0, 9)}.{R.randint(0, 30)}.{R.randint(0, 99)}-rc.{R.randint(1, 9)}+build.{digits(3)}',
        lambda: f'version {R.randint(0, 9)}.{R.randint(0, 9)}.{R.randint(0, 9)}.{R.randint(0, 9)}', lambda: f'ISBN 978-3-{digits(2)}-{digits(6)}-{digits(1)}', lambda: 'EAN ' + pick(['40', '50', '76', '30', '97']) + digits(11),
        lambda: f'{R.uniform(-90, 90):.6f}, {R.uniform(-180, 180):.6f}', lambda: f'{R.randint(1, 10 ** 9)} bytes', lambda: f'{R.uniform(0, 999):.2f} MB', lambda: chars(R.randint(40, 90), ALNUM + '+/') + '==',
        lambda: '#' + hexa(6), lambda: 'id ' + not_card(), lambda: f'ts={R.randint(1_500_000_000, 1_900_000_000)}', lambda: f'ts={R.randint(1_500_000_000_000, 1_900_000_000_000)}',
        lambda: f'$1,{digits(3)},{digits(3)}.{digits(2)}', lambda: f'{digits(3)} x {digits(3)} px', lambda: f'Chrome/{R.randint(80, 130)}.0.{R.randint(1000, 6999)}.{R.randint(300, 999)} Safari/537.36',
        lambda: 'npm i @types/node@' + f'{R.randint(1, 22)}.{R.randint(0, 9)}.{R.randint(0, 9)}', lambda: '@' + pick(WORDS) + ' thanks', lambda: 'logo@2x.png', lambda: 'git@github.com:' + pick(WORDS) + '/' + pick(WORDS) + '.git',
        lambda: 'std::' + pick(WORDS) + '::' + pick(WORDS), lambda: f'at {pick(WORDS)}.cs:line {digits(3)}', lambda: f'https://example.com:8080/{pick(WORDS)}?id={digits(6)}', lambda: f'localhost:{digits(4)}',
        lambda: ':'.join(hexa(2) for _ in range(16)), lambda: 'sha256:' + hexa(64), lambda: 'W/"' + hexa(16) + '"', lambda: f'0x{hexa(8)}', lambda: '0x' + hexa(64), lambda: f'{R.randint(2, 9)}{digits(2)}-{R.randint(2, 9)}{digits(3)}',
        lambda: f'AB-{digits(4)}', lambda: f'{digits(3)}-{digits(7)}-{digits(7)}', lambda: f'pi is 3.14159265358979', lambda: f'{digits(2)}%, {digits(1)}.{digits(2)}e-{digits(1)}', lambda: f'pages {digits(3)}-{digits(3)}',
        lambda: f'{R.randint(0, 23):02d}:{R.randint(0, 59):02d}:{R.randint(0, 59):02d}', lambda: f'1Z{chars(16, string.ascii_uppercase)}', lambda: '-----BEGIN CERTIFICATE-----\n' + chars(64) + '\n-----END CERTIFICATE-----',
        lambda: 'the bearer of this ' + pick(WORDS), lambda: 'password: required', lambda: 'token=${TOKEN}', lambda: 'secret=********', lambda: 'basic ' + pick(WORDS), lambda: 'my_' + pick(WORDS) + '_' + pick(WORDS),
        lambda: 'sk-' + pick(WORDS) + '-' + pick(WORDS), lambda: f'DE{digits(2)} {pick(WORDS)}', lambda: f'{pick(WORDS).upper()[:2]}{digits(20)}', lambda: f'000-{digits(2)}-{digits(4)}', lambda: f'9{digits(2)}-{digits(2)}-{digits(4)}',
        lambda: f'row {digits(3)} {digits(2)} {digits(1)}', lambda: f'{digits(4)} {digits(4)}', lambda: f'{digits(1)}x{digits(2)}, {digits(3)}:{digits(2)}', lambda: '1' + chars(33, B58), lambda: 'bc1q' + chars(38, B32),
        lambda: f'/var/log/{pick(WORDS)}-{R.randint(2019, 2026)}{R.randint(1, 12):02d}{R.randint(1, 28):02d}.log', lambda: f'10.{digits(3)}/{pick(WORDS)}.{digits(4)}', lambda: f'date={R.randint(1990, 2026)}-05-01', lambda: f'{R.randint(100, 999)}.{R.randint(100, 999)} rows',
    ]
    makers += [
        lambda: f'{digits(3)}-{digits(2)}-{digits(3)}', lambda: f'VAT DE{digits(9)}', lambda: f'SIRET {digits(3)} {digits(3)} {digits(3)} 000{digits(2)}', lambda: f'DUNS {digits(2)}-{digits(3)}-{digits(4)}',
        lambda: f'sort code {digits(2)}-{digits(2)}-{digits(2)} account {digits(8)}', lambda: f'IMEI 35{digits(13)}', lambda: f'tracking 9400 {digits(4)} {digits(4)} {digits(4)} {digits(4)} {digits(2)}',
        lambda: f'Steuer-ID {R.randint(10, 99)} {digits(3)} {digits(3)} {digits(3)}', lambda: f'com.example.{pick(WORDS).title()}@{hexa(8)}', lambda: 'nginx@sha256:' + hexa(64), lambda: "@app.route('/x')",
        lambda: f'https://medium.example/@{pick(WORDS)}/{pick(WORDS)}.html', lambda: f'{R.randint(0, 23):02d}:{R.randint(0, 59):02d}:{R.randint(0, 59):02d}:{R.randint(0, 99):02d}', lambda: f'20{digits(2)}1121 {digits(6)}',
        lambda: f'aspect {digits(2)}:{digits(1)}', lambda: f'{digits(1)}.{digits(1)}.{digits(1)}.{digits(1)}.{digits(1)}', lambda: f'0{digits(1)}-{digits(2)}', lambda: f'{R.randint(1, 28)} {R.randint(1, 12):02d} {R.randint(1990, 2026)}',
        lambda: f'0{digits(7)}', lambda: f'({digits(3)})', lambda: f'[{digits(5)}.{digits(6)}] eth0: up', lambda: f'pid {digits(5)} exit 0, {digits(4)} kB', lambda: f'{hexa(8)}-{hexa(4)}', lambda: f'x{hexa(16)}:{hexa(4)}',
        lambda: f'Range: bytes={digits(4)}-{digits(5)}', lambda: f'etag {hexa(32)}-{digits(2)}', lambda: f'part {digits(2)}-{digits(4)}-{digits(3)} rev {digits(1)}', lambda: f'{digits(3)},{digits(3)} of {digits(3)},{digits(3)}',
        lambda: f'card ending {digits(4)}', lambda: f'ssn ***-**-{digits(4)}', lambda: f'call me at {digits(2)}:30', lambda: f'tel. ext. {digits(4)}', lambda: f'RFC {digits(4)}, section {digits(1)}.{digits(1)}.{digits(1)}',
        lambda: f'passwords: {pick(WORDS)}', lambda: f'secret {pick(WORDS)} of the {pick(WORDS)}', lambda: f'tokens={digits(4)}', lambda: f'{pick(WORDS)}://{pick(WORDS)}/{pick(WORDS)}:{digits(2)}@{digits(1)}x',
    ]
    for i in range(len(makers) * 11):
        add('text', 'nothing', CONTEXTS[(i // len(makers) * 5 + i) % len(CONTEXTS)](makers[i % len(makers)]()))


def encoded_twice():
    """Numbers after a character whose percent sign is encoded again: together they look like a card."""
    for code in ['20', '22', '26', '27', '28', '2B', '2F', '3D', '40', '60']:
        number = luhn('25' + code + digits(11)) if code.isdigit() else digits(12)
        add('text', 'nothing', f'GET /search?q={pick(WORDS)}%{number}' if code.isdigit() else f'GET /search?q={pick(WORDS)}%25{code}{number}')


positives()
documents()
negatives()
encoded_twice()
with open('corpus.tsv', 'w', encoding='utf-8') as file:
    file.write('\n'.join(LINES) + '\n')
print(len(LINES))
