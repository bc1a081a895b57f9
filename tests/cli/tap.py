# The tests of a script, one after another, told in the Test Anything Protocol.
import contextlib, sys, traceback


def run(names, around=contextlib.nullcontext):
    """Every test_... of names (the globals of a script), each inside around(). 1: one has failed, else 0."""
    tests = [(name[5:].replace("_", " "), test) for name, test in list(names.items()) if name.startswith("test_")]
    print("1..%d" % len(tests))
    failed = 0
    for number, (name, test) in enumerate(tests, 1):
        verdict = "ok"
        try:
            with around():
                test()
        except Exception:  # whatever it is, it is told and the next one runs
            print("# " + traceback.format_exc().replace("\n", "\n# "))
            verdict, failed = "not ok", 1
        print("%s %d - %s" % (verdict, number, name))
        sys.stdout.flush()
    return failed
