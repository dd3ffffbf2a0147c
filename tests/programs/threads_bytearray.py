# One bytearray that several threads change and read.
import threading

array = bytearray()
errors = []


def work(k):
    try:
        for i in range(2000):
            array.append(k)
            array.find(b'x')
            bytes(array[-3:])
            array.extend(b'ab')
            del array[:1]
            array.count(k)
            array + b'c'
            array.pop()
    except Exception as e:
        errors.append(repr(e))


threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(array), errors)

text = 'word ' * 1000
results = []


def split():
    for _ in range(50):
        parts = text.split()
        results.append((len(parts), '-'.join(parts) == text.replace(' ', '-')[:-1]))


threads = [threading.Thread(target=split) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(results), set(results))
