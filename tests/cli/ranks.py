# Draws dealt to several processes by MPI: the same bytes as from one, also after a kill.
import os, shutil, subprocess, sys, tempfile, time

import tap

PROGRAM = os.path.abspath(sys.argv[1])
MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "uncertain.yaml")
FILES = ["draws.nc", "draws.log", "ensemble.json", "run.nc", "summary.json", "iamc.csv"]
FOLDER = tempfile.mkdtemp(prefix="didymium-ranks-")
LAUNCH = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n"]


# Open MPI keeps memory to its end, which a leak sanitizer would report as ours.
ENVIRONMENT = {"LSAN_OPTIONS": "detect_leaks=0", **os.environ}


def launch(ranks, *words):
    return subprocess.Popen([*LAUNCH, str(ranks), PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=FOLDER,
                            env=ENVIRONMENT)


def finish(ranks, *words):
    process = launch(ranks, *words)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err.decode()
    return out.decode()


def contents(run):
    return [open(os.path.join(FOLDER, run, name), "rb").read() for name in FILES]


def alone(name, draws):
    words = ["run", MODEL, "-o", name, "--draws", draws, "--seed", "5", "--threads", "1", "-q"]
    assert subprocess.run([PROGRAM, *words], cwd=FOLDER, env=ENVIRONMENT).returncode == 0
    return contents(name)


# The ranks notice in their own time that mpirun has gone.
def wait_until_quiet(log):
    size = -1
    while size != os.path.getsize(log):
        size = os.path.getsize(log)
        time.sleep(2)


def test_any_count_of_ranks_writes_the_same_bytes():
    expected = alone("alone", "500")
    for ranks in [1, 2, 3]:
        name = "ranks-%d" % ranks
        text = finish(ranks, "run", MODEL, "-o", name, "--draws", "500", "--seed", "5", "--threads", "2")
        assert text.count("500 draws of 6 quantities") == 1, text
        assert contents(name) == expected, name


def test_ranks_go_on_where_they_were_killed():
    expected = alone("long", "6000")
    process = launch(2, "run", MODEL, "-o", "killed", "--draws", "6000", "--seed", "5", "--threads", "1", "-q")
    log = os.path.join(FOLDER, "killed", "draws.log")
    while process.poll() is None and not (os.path.exists(log) and os.path.getsize(log) > 40000):
        time.sleep(0.01)
    process.kill()
    process.wait()
    wait_until_quiet(log)
    finish(2, "run", "--resume", "killed", "-q")
    assert contents("killed") == expected


def test_a_scenario_that_is_refused_ends_all_ranks():
    process = launch(2, "run", "no-such-scenario.yaml", "--draws", "10")
    out, err = process.communicate(timeout=60)
    assert process.returncode != 0 and b"no-such-scenario" in err, err


def test_compare_has_the_draws_of_all_ranks():
    text = finish(2, "compare", MODEL, MODEL, "--draws", "50")
    assert "draw by draw: 50 draws" in text, text


failed = tap.run(globals())
shutil.rmtree(FOLDER)
sys.exit(failed)
