"""Sockets between threads: loopback, socketpair and unix sockets, timeouts, messages, names."""
import array
import os
import select
import selectors
import signal
import socket
import socketserver
import struct
import tempfile
import threading
import time


def section(name):
    print('---', name)


def raises(f, *args, **kwargs):
    try:
        print('no error:', f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, *(a for a in e.args if isinstance(a, str)))


section('echo over loopback, several clients')
server = socket.create_server(('127.0.0.1', 0))
address = server.getsockname()


def serve_one(connection):
    with connection:
        while data := connection.recv(4096):
            connection.sendall(data)


def accept(n):
    threads = []
    for _ in range(n):
        connection, peer = server.accept()
        assert peer[0] == '127.0.0.1' and connection.getsockname() == address
        t = threading.Thread(target=serve_one, args=(connection,))
        t.start()
        threads.append(t)
    for t in threads:
        t.join()


def client(k, out):
    payload = bytes([65 + k]) * (50_000 + k)
    with socket.create_connection(address) as c:
        writer = threading.Thread(target=lambda: (c.sendall(payload), c.shutdown(socket.SHUT_WR)))
        writer.start()
        got = b''
        while data := c.recv(8192):
            got += data
        writer.join()
    out[k] = got == payload


acceptor = threading.Thread(target=accept, args=(6,))
acceptor.start()
answers = {}
clients = [threading.Thread(target=client, args=(k, answers)) for k in range(6)]
for t in clients:
    t.start()
for t in clients:
    t.join()
acceptor.join()
server.close()
print(sorted(answers.items()))

section('socketpair: one writer, one reader')
a, b = socket.socketpair()
print(a.family.name, a.type.name, a.proto, a.getsockname() == '', b.getpeername() == '')
lines = []


def read_lines():
    with b, b.makefile('r') as f:
        for line in f:
            lines.append(line.rstrip())


reader = threading.Thread(target=read_lines)
reader.start()
with a, a.makefile('w') as f:
    for i in range(500):
        print('line', i, file=f)
reader.join()
print(len(lines), lines[0], lines[-1], a.fileno(), b.fileno())

section('unix sockets: stream, datagram, abstract names, socketserver')
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'stream')
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(path)
        s.listen()
        print(s.getsockname() == path)

        def dial():
            with socket.socket(socket.AF_UNIX) as c:
                c.connect(path)
                c.sendall(b'through the file system')

        t = threading.Thread(target=dial)
        t.start()
        connection, peer = s.accept()
        with connection:
            print(repr(peer), connection.recv(100))
        t.join()
    one, two = os.path.join(folder, 'one'), os.path.join(folder, 'two')
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as x, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as y:
        x.bind(one)
        y.bind(two)
        print(x.sendto(b'datagram', two))
        data, sender = y.recvfrom(100)
        print(data, sender == one)
        room = bytearray(4)
        x.sendto(b'too long', 0, two)
        print(y.recvfrom_into(room)[0], room)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            for line in self.rfile:
                self.wfile.write(line.upper())

    path = os.path.join(folder, 'server')
    with socketserver.ThreadingUnixStreamServer(path, Handler) as srv:
        loop = threading.Thread(target=srv.serve_forever, kwargs={'poll_interval': 0.01})
        loop.start()
        with socket.socket(socket.AF_UNIX) as c, c.makefile('rwb') as f:
            c.connect(path)
            f.write(b'one\ntwo\n')
            f.flush()
            print(f.readline(), f.readline())
        srv.shutdown()
        loop.join()
with socket.socket(socket.AF_UNIX) as s:
    s.bind(b'\0taipan-test-%d' % os.getpid())
    print(type(s.getsockname()).__name__, s.getsockname()[:1])
    raises(s.bind, 'x' * 200)

section('datagrams over IPv4')
with socket.socket(type=socket.SOCK_DGRAM) as x, socket.socket(type=socket.SOCK_DGRAM) as y:
    x.bind(('127.0.0.1', 0))
    y.bind(('localhost', 0))
    for i in range(3):
        x.sendto(b'n%d' % i, y.getsockname())
    got = [y.recvfrom(10) for _ in range(3)]
    print([d for d, _ in got], all(sender == x.getsockname() for _, sender in got))
    x.connect(y.getsockname())
    print(x.send(b''), y.recv(10), x.getpeername() == y.getsockname())

section('messages: several buffers, descriptors')
a, b = socket.socketpair()
with a, b:
    print(a.sendmsg([b'ab', bytearray(b'cd'), memoryview(b'ef')]))
    print(b.recvmsg(100)[:3])
    a.sendall(b'123456')
    first, second = bytearray(2), bytearray(10)
    print(b.recvmsg_into([first, second])[0], first, second)
    r, w = os.pipe()
    socket.send_fds(a, [b'take this'], [w])
    os.close(w)
    message, fds, flags, sender = socket.recv_fds(b, 100, 4)
    print(message, len(fds), sender)
    os.write(fds[0], b'over a descriptor that travelled')
    os.close(fds[0])
    print(os.read(r, 100))
    os.close(r)
    print(socket.CMSG_LEN(4) >= 4 + socket.CMSG_LEN(0), socket.CMSG_SPACE(4) >= socket.CMSG_LEN(4))
    a.sendmsg([b'x'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [a.fileno()]))])
    data, ancillary, flags, _ = b.recvmsg(10, socket.CMSG_SPACE(4))
    [(level, kind, packed)] = ancillary
    print(data, level == socket.SOL_SOCKET, kind == socket.SCM_RIGHTS, len(packed))
    os.close(struct.unpack('i', packed)[0])

section('timeouts and non-blocking sockets')
a, b = socket.socketpair()
with a, b:
    print(a.gettimeout(), a.getblocking(), a.timeout)
    a.settimeout(0.02)
    start = time.monotonic()
    raises(a.recv, 1)
    print(0.015 < time.monotonic() - start < 5, a.gettimeout())
    a.setblocking(False)
    print(a.gettimeout(), a.getblocking())
    raises(a.recv, 1)
    raises(a.recv_into, bytearray(4), 5)
    raises(a.settimeout, -1)
    raises(a.settimeout, 'soon')
    a.settimeout(5)
    threading.Timer(0.02, b.send, (b'late',)).start()
    print(a.recv(10))
    b.settimeout(0.05)
    raises(b.sendall, bytes(50_000_000))
socket.setdefaulttimeout(7)
with socket.socket() as s:
    print(s.gettimeout())
socket.setdefaulttimeout(None)
with socket.socket() as s:
    s.settimeout(0)
    print(s.connect_ex(('127.0.0.1', 1)) != 0)

section('a signal handler runs while a thread waits')
a, b = socket.socketpair()
seen = []
signal.signal(signal.SIGUSR1, lambda *args: (seen.append('handler'), b.send(b'from the handler')))
t = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
t.start()
print(a.recv(100), seen)
t.join()


class Stop(Exception):
    pass


def stop(*args):
    raise Stop


signal.signal(signal.SIGUSR1, stop)
t = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
t.start()
try:
    a.recv(100)
except Stop:
    print('stopped')
t.join()
a.close()
b.close()

section('selectors and a closed socket')
a, b = socket.socketpair()
with selectors.DefaultSelector() as selector:
    selector.register(a, selectors.EVENT_READ, 'left')
    selector.register(b, selectors.EVENT_READ | selectors.EVENT_WRITE, 'right')
    b.send(b'x')
    print(sorted((key.data, events) for key, events in selector.select()))
print(select.select([a, b], [], [], 0)[0] == [a], a.recv(10))
a.close()
raises(a.recv, 1)
print(b.recv(10))
raises(b.send, b'y')
print(b.detach() >= 0, b.fileno(), repr(b).startswith('<socket.socket [closed]'))

section('names and numbers')
print(socket.htons(1), socket.ntohl(socket.htonl(123456)), socket.inet_ntoa(socket.inet_aton('10.1')))
print(socket.inet_pton(socket.AF_INET6, '::1'), socket.inet_ntop(socket.AF_INET, b'\x7f\0\0\1'))
for f, *args in [(socket.htons, -1), (socket.htons, 70000), (socket.htonl, 2**32), (socket.inet_aton, 'x'),
                 (socket.inet_ntop, socket.AF_INET, b'123'), (socket.inet_ntop, 99, b'1234')]:
    raises(f, *args)
found = socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM)
print([(family.name, kind.name, proto, name, where) for family, kind, proto, name, where in found])
print(socket.getnameinfo(('127.0.0.1', 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV))
raises(socket.getaddrinfo, 5, 80)
raises(socket.getaddrinfo, '127.0.0.1', [])
print(socket.gethostbyname('127.0.0.1'), socket.gethostbyname(''), issubclass(socket.gaierror, OSError))
print(socket.getprotobyname('tcp'), ('lo' in [name for _, name in socket.if_nameindex()]))
with socket.socket() as s:
    raises(s.bind, 'x')
    raises(s.bind, ('127.0.0.1',))
    raises(s.bind, ('127.0.0.1', 70000))
    raises(s.bind, (5, 5))
    raises(s.setsockopt, 1, 2, 'x')
    raises(s.setsockopt, 1, 2, None)
    raises(s.getsockopt, 1, 2, 5000)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    print(s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR) != 0,
          s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE, 4) == struct.pack('i', socket.SOCK_STREAM))
    raises(s.recv, -1)
    raises(s.send, 'text')
    raises(s.sendto, b'x')
    raises(s.getpeername)
