# Draws from the command line: same bytes for any count of threads, after kill -9 at random moments, after Ctrl-C.
import csv, json, os, random, shutil, signal, subprocess, sys, tempfile, time

import tap

PROGRAM = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "uncertain.yaml")
FILES = ["draws.nc", "draws.log", "ensemble.json", "run.nc", "summary.json", "iamc.csv"]
DRAWS = 4000
FOLDER = tempfile.mkdtemp(prefix="didymium-draws-")


def start(*words):
    return subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=FOLDER)


def finish(*words):
    process = start(*words)
    out, err = process.communicate(timeout=250)
    assert process.returncode == 0, err.decode()
    return out.decode()


def contents(run):
    return {name: open(os.path.join(FOLDER, run, name), "rb").read() for name in FILES}


def assert_same(run, expected):
    found = contents(run)
    for name in FILES:
        assert found[name] == expected[name], name + " differs"


def test_any_count_of_threads_writes_the_same_bytes():
    for threads in ["1", "2", "7"]:
        finish("run", MODEL, "-o", "threads-" + threads, "--draws", str(DRAWS), "--seed", "5", "--threads", threads, "-q")
    assert_same("threads-2", contents("threads-1"))
    assert_same("threads-7", contents("threads-1"))


def test_a_run_killed_at_fifty_random_moments_ends_with_the_same_bytes():
    expected = contents("threads-1")
    seconds = time.monotonic()
    finish("run", MODEL, "-o", "timed", "--draws", str(DRAWS), "--seed", "5", "--threads", "2", "-q")
    seconds = time.monotonic() - seconds
    moments = random.Random(20261122)
    kills = resumed = 0
    while kills < 50:
        shutil.rmtree(os.path.join(FOLDER, "killed"), ignore_errors=True)
        process = start("run", MODEL, "-o", "killed", "--draws", str(DRAWS), "--seed", "5", "--threads", "2", "-q")
        for _ in range(3):  # more than once in the same run
            time.sleep(moments.uniform(0, 0.8 * seconds))
            if process.poll() is not None:
                break
            process.send_signal(signal.SIGKILL)
            process.wait()
            kills += 1
            if not os.path.exists(os.path.join(FOLDER, "killed", "draws.log")):
                break
            process = start("run", "--resume", "killed", "--threads", "2", "-q")
        process.wait()
        log = os.path.join(FOLDER, "killed", "draws.log")
        if os.path.exists(log) and os.path.getsize(log) > 400:
            resumed += 1
            finish("run", "--resume", "killed", "--threads", "1", "-q")
            assert_same("killed", expected)
    assert resumed >= 10, "only %d kills left anything to go on from" % resumed


def test_ctrl_c_ends_cleanly_with_what_is_done():
    process = start("run", MODEL, "-o", "stopped", "--draws", "2000000", "--seed", "5", "--threads", "2")
    while not os.path.exists(os.path.join(FOLDER, "stopped", "draws.log")):
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, process.returncode
    assert b"draws of 6 quantities, seed 5, random; 2000000 wanted" in out, out
    assert b"stopped; the draws that are done are kept" in err
    assert not os.path.exists(os.path.join(FOLDER, "stopped", "draws.nc"))


def test_more_draws_can_be_asked_for():
    finish("run", MODEL, "-o", "more", "--draws", "100", "--seed", "5", "-q")
    finish("run", "--resume", "more", "--draws", str(DRAWS), "-q")
    found, expected = contents("more"), contents("threads-1")
    assert found["draws.nc"] == expected["draws.nc"] and found["draws.log"] == expected["draws.log"]


def test_quantiles_of_all_fields_can_be_read():
    head, *rows = csv.reader(finish("export", "threads-1", "--format", "fields").splitlines())
    assert head[:5] == ["quantity", "what", "period", "unit", "draws"], head
    prices = [row for row in rows if row[0] == "price" and row[1].startswith("metal")]
    assert prices and {"price", "production", "use", "consumption", "capacity", "activity_level", "flow"} <= {row[0] for row in rows}
    for row in prices:
        bounds = [float(cell) for cell in row[5:]]
        assert row[4] == str(DRAWS), row
        assert bounds[::2] == sorted(bounds[::2]) and bounds[1::2] == sorted(bounds[1::2]), row
        assert all(low < high < 1.07 * low for low, high in zip(bounds[4:6:2], bounds[5:6:2])), row
    material, region = prices[-1][1].split(" in ")
    words = ["explain", "threads-1", "--material", material, "--region", region, "--year", prices[-1][2]]
    assert "Over %d draws 5 %% lie below" % DRAWS in finish(*words)
    draws = json.loads(finish(*words, "--json"))["draws"]
    assert draws["count"] == DRAWS and abs(draws["quantiles_from"][2] / float(prices[-1][9]) - 1) < 1e-5, draws


def test_sobol_points_are_other_draws_of_the_same_mean():
    text = finish("run", MODEL, "-o", "sobol", "--draws", "1024", "--sampling", "sobol", "-q", "--json")
    assert '"sampling": "sobol"' in text
    assert contents("sobol")["draws.nc"] != contents("threads-1")["draws.nc"]


def test_wrong_numbers_are_refused():
    for words in [["--draws", "many"], ["--draws", "10", "--seed", "-1"], ["--draws", "10", "--sampling", "dice"]]:
        process = start("run", MODEL, *words)
        process.communicate()
        assert process.returncode == 2, words


def test_resume_of_a_run_without_draws_is_refused():
    finish("run", MODEL, "-o", "plain", "-q")
    process = start("run", "--resume", "plain")
    _, err = process.communicate()
    assert process.returncode == 2 and b"draws.log" in err, err


failed = tap.run(globals())
shutil.rmtree(FOLDER)
sys.exit(failed)
