# exit: 1
# `raise ... from`, exceptions during handling, suppressed contexts, and a long chain over functions and finally blocks.


class ConfigError(Exception):
    pass


def parse(text):
    try:
        return int(text)
    except ValueError as error:
        raise ConfigError(f"bad number {text!r}") from error


def load(options):
    try:
        return {key: parse(value) for key, value in options.items()}
    except ConfigError:
        return options["default"]


def quiet(options):
    try:
        load(options)
    except KeyError:
        raise LookupError("no default") from None


def close(log):
    log.append("closed").sort()


def run(log):
    try:
        try:
            quiet({"a": "1", "b": "x"})
        except LookupError as error:
            log.append(str(error))
            load({"b": "zzz"})
    finally:
        close(log)


try:
    run([])
except AttributeError as error:
    raise RuntimeError("run failed") from error
