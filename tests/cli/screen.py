# The first screen of a run with deals: its lines and width, ranges in its rows, redrawn on a terminal, shown again.
import fcntl, json, os, pty, re, shutil, signal, struct, subprocess, sys, tempfile, termios

import tap

PROGRAM = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "deals.yaml")
FOLDER = tempfile.mkdtemp(prefix="didymium-screen-")
RANGE = re.compile(r"[-+]?[\d.,]+ to [-+]?[\d.,]+$")


def run(*words):
    done = subprocess.run([PROGRAM, "run", MODEL, *words], capture_output=True, cwd=FOLDER, timeout=120)
    assert done.returncode == 0 and done.stderr == b"", (done.returncode, done.stderr)
    return done.stdout.decode()


class Terminal:
    """What a terminal of so many columns and rows holds after the bytes, with all that scrolled off above."""

    def __init__(self, columns, rows):
        self.columns, self.rows, self.lines, self.row, self.column = columns, rows, [""], 0, 0

    def down(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def put(self, letter):
        if self.column == self.columns:
            self.column = 0
            self.down()
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[: self.column] + letter + line[self.column + 1 :]
        self.column += 1

    def feed(self, text):
        for match in re.finditer(r"\x1b\[(\d*)([A-Za-z])|\r|\n|.", text):
            word, count, kind = match.group(0), match.group(1), match.group(2)
            if word == "\r":
                self.column = 0
            elif word == "\n":
                self.down()
            elif kind is None:
                assert word >= " ", "stray %r" % word
                self.put(word)
            elif kind == "F":
                self.row, self.column = self.row - int(count), 0
                assert self.row >= len(self.lines) - self.rows, "the cursor cannot reach what has scrolled off"
            elif kind == "A":
                self.row -= int(count)
            elif kind == "K":  # behind a full line the cursor stands on its last letter
                self.lines[self.row] = self.lines[self.row][: min(self.column, self.columns - 1)]
            elif kind == "J":
                self.lines[self.row] = self.lines[self.row][: self.column]
                del self.lines[self.row + 1 :]
            else:
                assert kind == "m", "unexpected %r" % word


def on_terminal(columns, rows, *words, interrupt_at=None, model=MODEL, command="run", more=()):
    """The terminal at the end, and everything that was sent to it."""
    process, master = pty.fork()
    if process == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.chdir(FOLDER)
        os.environ["TERM"] = "xterm"
        os.execv(PROGRAM, [PROGRAM, command, model, *more, *words])
    sent = b""
    while True:
        try:
            more = os.read(master, 65536)
        except OSError:
            break
        if not more:
            break
        sent += more
        if interrupt_at is not None and re.search(interrupt_at, sent):
            os.kill(process, signal.SIGINT)
            interrupt_at = None
    os.close(master)
    assert os.waitpid(process, 0)[1] == 0, sent
    terminal = Terminal(columns, rows)
    terminal.feed(sent.decode())
    return terminal, sent.decode()


def rows_of(text):
    return {line[2:].split("  ")[0].strip(): line for line in text.splitlines() if line.startswith("  ")}


def test_it_is_one_screen():
    for words in [[], ["--draws", "40"]]:
        lines = run("-o", "one", *words).splitlines()
        assert 15 <= len(lines) <= 28 and max(map(len, lines)) <= 100, lines
        with open(os.path.join(FOLDER, "one", "screen-80.txt")) as file:
            narrow = file.read().splitlines()
        assert len(narrow) <= 28 and max(map(len, narrow)) <= 80, narrow


def test_every_row_has_its_range():
    text = run("-o", "ranges", "--draws", "200")
    assert "expected over 200 futures" in text and "one path" not in text and "not yet" not in text, text
    head, bottom = text.split("Home, 2036")
    costs = [line for line in head.splitlines() if line.startswith("  floor  ") or line.startswith("  all deals")]
    assert len(costs) == 2 and all(RANGE.search(line) for line in costs), costs
    effects = bottom.split("What moves")[0].splitlines()[1:]
    assert len(effects) == 4 and all(RANGE.search(line) for line in effects), effects
    assert "certain" in [line for line in head.splitlines() if line.startswith("  rebuild")][0], head


def test_rows_add_up():
    lines = run("-o", "sums", "--draws", "200").splitlines()
    table = {words[0]: words[1:] for words in (line.replace("all deals", "all").split() for line in lines[2:5])}
    number = lambda word: 0 if word == "-" else float(word.replace(",", ""))
    years = len(table["floor"]) - 4
    for column in range(years):
        parts = number(table["floor"][column]) + number(table["rebuild"][column])
        assert abs(parts - number(table["all"][column])) <= 1.01, (column, table)
    for name, words in table.items():
        assert abs(sum(map(number, words[:years])) - number(words[years])) <= years, (name, words)


def test_without_draws_nothing_is_a_range():
    text = run("-o", "plain", "--draws", "0")
    assert "one path, nothing drawn" in text and " to " not in text.split("What moves")[0], text
    assert run("-o", "plain") == text


def test_what_does_not_fit_is_kept():
    run("-o", "kept", "--draws", "40")
    with open(os.path.join(FOLDER, "kept", "details.txt")) as file:
        details = file.read()
    for part in ["What the deals cost", "Who gains", "over 40 futures", "draw by draw"]:
        assert part in details, part


def money_of(line):
    """The figures of a line of a table, without its name."""
    return [0 if word == "-" else float(word) for word in line.replace(",", "").split() if re.match(r"-?\d*(\.\d+)?$", word)]


def test_details_have_every_year_and_the_figures_of_the_screen():
    with open(MODEL) as file:
        model = file.read().replace("to: 2037", "to: 2040").replace("topup.yaml", "longer.yaml")
    with open(os.path.join(HERE, "topup.yaml")) as file:
        deal = file.read().replace("end: 2037", "end: 2040")
    for name, text in [("longer", deal), ("long", model)]:
        with open(os.path.join(FOLDER, name + ".yaml"), "w") as file:
            file.write(text)
    words = [PROGRAM, "run", "long.yaml", "-o", "long-run", "--draws", "100"]
    screen = subprocess.run(words, capture_output=True, cwd=FOLDER, timeout=120).stdout.decode()
    with open(os.path.join(FOLDER, "long-run", "details.txt")) as file:
        details = file.read()
    for heading, row in [("What the deals cost Home", "all deals"), ("What the deals cost over 100 futures", "expected")]:
        section = details.split(heading)[1].split("\n\n")[0]
        assert re.findall(r"FY\d\d", section) == ["FY%d" % year for year in range(26, 41)], section
        parts = sum((money_of(line) for line in section.splitlines() if line.strip().startswith(row)), [])
        assert len(parts) == 16 and abs(sum(parts[:-1]) - parts[-1]) <= 8, parts
    shown = re.search(r"all deals .* ([\d,]+) +(\d+) to (\d+)$", screen, re.M).groups()
    told = [money_of(line)[-1] for line in section.splitlines() if line.strip().startswith(("expected", "5 %", "95 %"))][-3:]
    assert [float(word.replace(",", "")) for word in shown] == told, (shown, told)


def test_the_exposure_is_the_same_beside_other_policies():
    with open(MODEL) as file:
        model = file.read()
    credit = "  - {id: %s, kind: production_credit, payer: Home ministry, government: home, regions: [home], materials: [oxide], usd_per_kg: 2, start: 2026, end: 2030}\n"
    base = model.replace("instruments:\n", "instruments:\n" + credit % "old")
    assert base != model
    shutil.copy(os.path.join(HERE, "topup.yaml"), FOLDER)
    for name, text in [("before", base.replace("  - topup.yaml\n", "")), ("after", base)]:
        with open(os.path.join(FOLDER, name + ".yaml"), "w") as file:
            file.write(text.replace("scenario: deals", "scenario: " + name))
    screen = subprocess.run([PROGRAM, "run", "after.yaml", "-o", "after"], capture_output=True, cwd=FOLDER, timeout=120).stdout.decode()
    table = subprocess.run([PROGRAM, "compare", "before.yaml", "after.yaml"], capture_output=True, cwd=FOLDER, timeout=120).stdout.decode()
    shown = re.search(r"Gross exposure ([\d,]+)", screen).group(1)
    assert re.search(r"gross exposure, all years .* - +([\d,.]+)$", table, re.M).group(1) == shown, (shown, table)


def test_supported_plants_stand_beside_cash_only():
    with open(MODEL) as file:
        model = file.read().replace("  - topup.yaml", "  - dear.yaml").replace("scenario: deals", "scenario: dear")
    plant = "    - {id: dear, region: home, processes: make, capacity_t_per_year: 300, start: 2028, cost_usd_per_kg: 70, cost_slope_usd_per_kg_per_t: 0.1}\n"
    floor = "floor_usd_per_kg: 90, real: yes, index_material: oxide, index_region: home, start: 2026, end: 2038"
    for name, text in [("dear-model", model.replace("  segments:\n", plant + "  segments:\n")), ("dear", "schema_version: 1\n"
            "deal: dear\ntitle: A floor for a dear plant\ngovernment: home\nstatus: binding\ninstruments:\n"
            "  - {id: high, kind: floor_topup, materials: oxide, facilities: dear, %s}\n" % floor)]:
        with open(os.path.join(FOLDER, name + ".yaml"), "w") as file:
            file.write(text)
    done = subprocess.run([PROGRAM, "run", "dear-model.yaml", "-o", "dear-run"], capture_output=True, cwd=FOLDER, timeout=120)
    assert done.returncode == 0, done.stderr
    with open(os.path.join(FOLDER, "dear-run", "details.txt")) as file:
        table = file.read().split("settled in cash only and in the market")[1].split("\n\n")[0]
    # 70 + 0.1 q = 90 with the floor; without it users pay less than 70, so nothing runs.
    assert table.splitlines()[-1].split() == ["dear", "never", "2028", "0", "200", "+200"], table


def test_the_screen_is_redrawn_in_place():
    for columns in [100, 80]:
        kept = "screen.txt" if columns == 100 else "screen-80.txt"
        terminal, sent = on_terminal(columns, 30, "-o", "redrawn", "--draws", "600")
        with open(os.path.join(FOLDER, "redrawn", kept)) as file:
            final = file.read().splitlines()
        shown = [line.rstrip() for line in terminal.lines if line.strip()]
        assert shown == final, "\n".join(shown)
        assert "one path, nothing drawn" in sent, sent  # how often ranges come in between depends on the machine
        assert sent.index("one path") < sent.index("drawn runs [") < sent.rindex("expected over 600 futures")


def test_figures_come_before_the_files():
    terminal, sent = on_terminal(100, 30, "-o", "early")
    words = " ".join(sent.replace("\x1b[K", "").split())
    assert words.index("Gross exposure") < words.index("Files") and words.count("Gross exposure") >= 3, sent
    assert not any("..." in line for line in terminal.lines), terminal.lines
    with open(os.path.join(FOLDER, "early", "screen.txt")) as file:
        assert [line.rstrip() for line in terminal.lines if line.strip()] == file.read().splitlines()


def test_letters_of_several_bytes_and_full_lines_are_redrawn_whole():
    with open(MODEL) as file:
        model = file.read()
    title = "\u00dcber Z\u00f6lle".ljust(80 - len(": expected over 400 futures"), "\u00e9")
    shutil.copy(os.path.join(HERE, "topup.yaml"), FOLDER)
    with open(os.path.join(FOLDER, "wide.yaml"), "w") as file:
        file.write(model.replace("A floor in a market of two regions", title))
    terminal, sent = on_terminal(80, 30, "-o", "wide", "--draws", "400", model="wide.yaml")
    with open(os.path.join(FOLDER, "wide", "screen-80.txt")) as file:
        final = file.read().splitlines()
    assert len(final[0]) == 80 and final[0].startswith(title), final[0]
    assert [line.rstrip() for line in terminal.lines if line.strip()] == final, terminal.lines


def test_a_terminal_without_room_gets_it_once():
    terminal, sent = on_terminal(100, 20, "-o", "small", "--draws", "40")
    assert sent.count("expected over") == 1 and "one path" not in sent and "\x1b[J" not in sent, sent
    assert any("expected over 40 futures" in line for line in terminal.lines)


def test_ctrl_c_leaves_the_screen_with_what_there_is():
    terminal, sent = on_terminal(100, 30, "-o", "stopped", "--draws", "200000", interrupt_at=b"expected over")
    assert any(re.search(r"expected over \d+ futures", line) for line in terminal.lines), terminal.lines
    assert terminal.lines[-2].startswith("stopped; the draws that are done are kept"), terminal.lines[-3:]
    assert not any("drawn runs [" in line for line in terminal.lines), terminal.lines
    with open(os.path.join(FOLDER, "stopped", "screen.txt")) as file:
        kept = file.read().splitlines()
    assert [line.rstrip() for line in terminal.lines if line.strip()][: len(kept)] == kept, terminal.lines


def test_a_stopped_run_goes_on_to_the_draws_that_were_wanted():
    on_terminal(100, 30, "-o", "resumed", "--draws", "600", interrupt_at=b"drawing")
    done = subprocess.run([PROGRAM, "run", "--resume", "resumed"], capture_output=True, cwd=FOLDER, timeout=250)
    assert done.returncode == 0 and b"expected over 600 futures" in done.stdout, (done.stdout, done.stderr)


def contents(*path):
    with open(os.path.join(FOLDER, *path), "rb") as file:
        return file.read()


def test_a_run_with_settings_goes_on_with_them():
    words = ["--set", "instruments.floor.floor_usd_per_kg=72", "--as-of", "2026-04-01", "--several-starts"]
    whole = run("-o", "set-whole", "--draws", "40", *words)
    run("-o", "set-part", "--draws", "20", *words)
    resume = [PROGRAM, "run", "--resume", "set-part", "--draws", "40"]
    done = subprocess.run(resume, capture_output=True, cwd=FOLDER, timeout=120)
    assert done.returncode == 0 and done.stdout.decode() == whole.replace("set-whole", "set-part"), done
    for part in ["", "without-deals", "under-stress", "under-stress-without-deals"]:
        assert contents("set-whole", part, "draws.nc") == contents("set-part", part, "draws.nc"), part


def test_a_screen_is_not_whole_while_futures_without_the_deals_are_missing():
    words = ["-o", "behind", "--draws", "600", "--if-changed"]
    whole = run(*words)
    os.remove(os.path.join(FOLDER, "behind", "without-deals", "draws.log"))
    on_terminal(100, 30, model="--resume", more=["behind"], interrupt_at=b"drawing")
    first_line = contents("behind", "details.txt").decode().splitlines()[0]
    assert int(re.search(r"seed \d+: (\d+)$", first_line).group(1)) < 600, first_line
    assert run(*words) == whole


def test_the_same_command_goes_on_by_itself():
    words = ["--draws", "3000", "--if-changed", "--set", "instruments.floor.floor_usd_per_kg=72"]
    on_terminal(100, 30, "-o", "further", *words, interrupt_at=rb"[1-9]\d* of \d+ drawn runs")
    before = os.stat(os.path.join(FOLDER, "further", "run.nc")).st_mtime_ns
    shown = re.search(r"expected over (\d+) futures", contents("further", "screen.txt").decode()).group(1)
    terminal, sent = on_terminal(100, 30, "-o", "further", *words)
    assert 0 < int(shown) < 3000 and "one path" not in sent, sent
    assert sent.index("expected over %s futures" % shown) < sent.index("going on from here"), sent
    assert any("expected over 3000 futures" in line for line in terminal.lines), terminal.lines
    assert os.stat(os.path.join(FOLDER, "further", "run.nc")).st_mtime_ns == before
    run("-o", "straight", *words)
    for part in ["", "without-deals", "under-stress", "under-stress-without-deals"]:
        for name in ["draws.nc", "draws.log"]:
            assert contents("further", part, name) == contents("straight", part, name), (part, name)


def test_more_futures_than_asked_for_are_shown_at_once():
    first = run("-o", "enough", "--draws", "60", "--if-changed")
    for words in [["--draws", "60"], ["--draws", "20"], ["--draws", "0"], []]:
        assert run("-o", "enough", *words, "--if-changed") == first, words
    assert "expected over 70 futures" in run("-o", "enough", "--draws", "70", "--if-changed")


def test_under_stress_a_thousand_futures_are_enough():
    text = " ".join(run("-o", "thousand", "--draws", "1100").split())
    assert "Of 4200 drawn runs 0 not certified" in text and "expected over 1100 futures" in text, text


def test_ctrl_c_ends_a_comparison():
    with open(MODEL) as file:
        model = file.read()
    shutil.copy(os.path.join(HERE, "topup.yaml"), FOLDER)
    for name, text in [("quo", model.replace("  - topup.yaml\n", "")), ("policy", model)]:
        with open(os.path.join(FOLDER, name + ".yaml"), "w") as file:
            file.write(text.replace("scenario: deals", "scenario: " + name))
    terminal, sent = on_terminal(100, 60, "--draws", "100000", model="quo.yaml", command="compare", more=["policy.yaml"],
                                 interrupt_at=b"a second")
    shared = int(re.search(r"stopped after (\d+) draws of all", sent).group(1))
    assert shared < 100000 and ("of %d futures" % shared in sent if shared >= 2 else "Alternatives" in sent), sent


def test_a_finished_run_is_shown_again_without_solving():
    first = run("-o", "again", "--draws", "40", "--if-changed")
    before = os.stat(os.path.join(FOLDER, "again", "run.nc")).st_mtime_ns
    assert run("-o", "again", "--draws", "40", "--if-changed") == first
    assert os.stat(os.path.join(FOLDER, "again", "run.nc")).st_mtime_ns == before


def test_other_inputs_or_options_are_solved_anew():
    first = run("-o", "anew", "--draws", "40", "--if-changed")
    for words in [["--draws", "41"], ["--draws", "40", "--seed", "2"],
                  ["--draws", "40", "--set", "instruments.floor.floor_usd_per_kg=80"]]:
        assert run("-o", "anew", *words, "--if-changed") != first, words
    assert run("-o", "anew", "--draws", "40", "--if-changed") == first


def test_the_table_of_alternatives_has_its_ranges():
    with open(MODEL) as file:
        model = file.read()
    shutil.copy(os.path.join(HERE, "topup.yaml"), FOLDER)
    for name, text in [("quo", model.replace("  - topup.yaml\n", "")), ("policy", model)]:
        with open(os.path.join(FOLDER, name + ".yaml"), "w") as file:
            file.write(text.replace("scenario: deals", "scenario: " + name))
    words = [PROGRAM, "compare", "quo.yaml", "policy.yaml", "--draws", "60", "--quiet"]
    table = subprocess.run([*words, "-o", "table.xlsx"], capture_output=True, cwd=FOLDER, timeout=120).stdout.decode()
    assert "money over 2025 to 2037, effects in 2036" in table and "5 to 95 % of 60 futures" in table, table
    assert max(map(len, table.split("draw by draw")[0].splitlines()[:-1])) <= 100, table
    assert os.path.getsize(os.path.join(FOLDER, "table.xlsx")) > 5000
    found = json.loads(subprocess.run([*words, "--json"], capture_output=True, cwd=FOLDER, timeout=120).stdout)
    rows = {row["measure"]: row for row in found["runs"]["alternatives"]}
    price, users = rows["oxide at home"], rows["users at home"]
    assert price["at_5_percent"][0] < price["values"][0] < price["at_95_percent"][0], price
    assert users["at_5_percent"][0] is None and users["at_5_percent"][1] < users["at_95_percent"][1], users
    assert all(row["unit"] for row in rows.values())


failed = tap.run(globals())
shutil.rmtree(FOLDER)
sys.exit(failed)
