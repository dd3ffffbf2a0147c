"""What the programs threads_atomic_*.py share: races, and the line that each check prints."""
import threading

THREADS, ROUNDS = 4, 400


def race(*functions):
    """Runs the functions, each with its number, in threads that start together; what they raise is returned."""
    start, errors = threading.Barrier(len(functions)), []

    def run(number, function):
        start.wait()
        try:
            function(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n, f)) for n, f in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def line(name):
    def check(function):
        print(f"{name}: {function()}")
    return check


def repeat(action):
    def many(number):
        for n in range(ROUNDS):
            action(number, n)
    return many
