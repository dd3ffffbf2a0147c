# Events that audit hooks see.
import _thread, gc, io, marshal, sys, threading, time

done = threading.Lock()


def hook(event, args):
    if event.partition('.')[0] in ('gc', 'time', 'marshal', '_thread') or event.startswith('sys._get'):
        print(event, [type(a).__name__ if not isinstance(a, (int, float)) else a for a in args])


sys.addaudithook(hook)
gc.get_objects(generation=1)
gc.get_referrers(hook)
gc.get_referents([hook])
time.sleep(0)
time.sleep(0.0625)
try:
    time.sleep(-1)
except ValueError as e:
    print(e)
data = marshal.dumps((1, 'a'))
print(marshal.loads(data), marshal.load(io.BytesIO(data)))
sys._getframe()
sys._getframemodulename()
done.acquire()
_thread.start_new_thread(done.release, ())
done.acquire()
handle = _thread.start_joinable_thread(done.release)
handle.join()


def refuse(event, args):
    if event == 'time.sleep':
        raise RuntimeError('no rest')


sys.addaudithook(refuse)
try:
    time.sleep(1000)
except RuntimeError as e:
    print(e)
