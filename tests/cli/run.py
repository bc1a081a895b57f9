#!/usr/bin/env python3
"""run.py PROGRAM: the command from outside: exit codes, what goes to which stream, folders, exports. Speaks TAP."""

import contextlib
import csv
import io
import json
import math
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

import tap

PROGRAM = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
MARKET = os.path.join(HERE, "market.yaml")
COMMANDS = ["run", "compare", "explain", "check", "export", "audit", "value", "sensitivity", "list", "help", "version"]


class Result:
    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout.decode()
        self.err = process.stderr.decode()

    def json(self):
        return json.loads(self.out)


def call(*words):
    return Result(subprocess.run([PROGRAM, *words], capture_output=True, timeout=120))


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def saved(name="market", *words):
    result = call("run", MARKET, "--quiet", "-o", name, *words)
    assert result.code == 0, result.err
    return name


# ---- exit codes and messages ----


def test_a_solved_run_returns_0_and_is_silent_on_stderr():
    result = call("run", MARKET, "-o", "one")
    assert result.code == 0 and result.err == "" and "Prices" in result.out


def test_an_unsolved_market_returns_1_names_the_place_and_leaves_nothing():
    result = call("run", os.path.join(HERE, "unbounded.yaml"), "-o", "none")
    assert result.code == 1 and result.out == "", result
    assert "good in world" in result.err and "2024" in result.err, result.err
    assert not os.path.exists("none")


def test_a_missing_file_returns_2():
    result = call("run", "no-such-file.yaml")
    assert result.code == 2 and "no-such-file.yaml" in result.err and result.out == ""


def test_wrong_input_is_one_line_with_file_line_and_field():
    with open("wrong.yaml", "wb") as file:
        file.write(read(MARKET).replace(b"elasticity: 0.5", b"elasticity: many"))
    result = call("check", "wrong.yaml")
    assert result.code == 2 and len(result.err.splitlines()) == 1, result.err
    name, line, field = result.err.split(":")[:3]
    assert name == "wrong.yaml" and int(line) > 20 and field.strip() == "segments.elasticity", result.err


def test_an_unknown_command_names_the_nearest():
    result = call("exlain")
    assert result.code == 2 and "'explain'" in result.err and result.out == ""


def test_an_unknown_option_names_the_nearest():
    result = call("run", MARKET, "--outptu", "x")
    assert result.code == 2 and "'--output'" in result.err and not os.path.exists("x")


def test_an_option_of_another_command_is_refused():
    assert call("run", MARKET, "--material", "metal").code == 2
    assert call("run", MARKET, "--format", "csv").code == 2


def test_an_option_without_its_value_is_refused():
    assert call("run", MARKET, "--set").code == 2
    assert call("run", MARKET, "--json=yes").code == 2


def test_a_wrong_number_of_paths_is_usage():
    for words in (["run"], ["compare", MARKET], ["explain"], ["check"], ["list", "x"]):
        result = call(*words)
        assert result.code == 2 and "usage" in result.err, words


def test_every_command_has_a_page_with_its_usage():
    for name in COMMANDS:
        result = call(name, "--help")
        assert result.code == 0 and result.out.startswith(f"usage: didymium {name}") and result.err == "", name


def test_the_overview_lists_every_command():
    for words in ([], ["--help"], ["help"]):
        result = call(*words)
        assert result.code == 0 and all(f"didymium {name}" in result.out for name in COMMANDS), words


def options_of(name):
    """Their long names, from the lines of the page."""
    lines = [line for line in call(name, "--help").out.splitlines() if line.startswith("  ") and " --" in line[:9]]
    return [word[2:] for line in lines for word in line.split()[:2] if word.startswith("--")]


def test_the_manual_page_and_the_completions_name_every_command_and_option():
    project = os.path.join(HERE, "..", "..")
    manual = read(project, "docs", "man", "didymium.1").decode().replace("\\", "")
    scripts = {name: read(project, "scripts", "completions", name).decode() for name in os.listdir(
        os.path.join(project, "scripts", "completions"))}
    assert len(scripts) == 3 and "output" in options_of("run") and "quiet" in options_of("run")
    for name in COMMANDS:
        assert name == "version" or f"didymium {name}" in manual, name
        assert all(re.search(rf"\b{name}\b", text) for text in scripts.values()), name
        for option in options_of(name):
            assert f"--{option}" in manual, (name, option)
            for script, text in scripts.items():
                assert re.search(rf"(--|-l ){option}\b", text), (script, name, option)


def test_the_version_is_a_line():
    assert call("--version").out.startswith("didymium ") and len(call("version").out.splitlines()) == 1


def test_tables_and_instruments_have_help():
    tables = call("help", "tables")
    assert tables.code == 0 and "facilities" in tables.out
    assert "capacity_t_per_year" in call("help", "tables", "facilities").out
    assert "rate" in call("help", "instruments", "tariff").out
    wrong = call("help", "tables", "facilites")
    assert wrong.code == 2 and "'facilities'" in wrong.err


# ---- one JSON object and nothing else ----


def test_run_json():
    summary = call("run", MARKET, "-o", "one", "--json").json()
    assert summary["status"] == "solved" and summary["certificate"]["residual"] <= 1e-8
    assert summary["balance"]["mass"] <= 1e-9 and summary["balance"]["ledger"] <= 1e-9
    assert summary == json.loads(read("one", "summary.json"))


def test_compare_json():
    saved("one")
    result = call("compare", MARKET, "one", "--json").json()
    for market in result["markets"]:
        assert market["price"][0] == market["price"][1]


def test_check_json():
    assert call("check", MARKET, "--json").json()["passed"] is True


def test_list_json():
    assert set(call("list", "--json").json()) == {"scenarios", "data", "runs"}


# ---- a forecast beside what happened ----

OUTCOMES = """
  contents: [{material: ore, element: Me, share: 0.4}, {material: metal, element: Me, share: 1}]
  outcomes:
    - {id: near, what: price, materials: metal, regions: home, date: 2025, value: 40, base_value: 30, group: Me}
    - {id: both, what: price_paid, materials: metal, date: 2026, value: 25, base_value: 30, group: Me}
    - {id: dug, what: output, stages: ore, element: Me, date: 2025, value: 50, low: 45, high: 55, base_value: 40}
    - {id: shipped, what: flow, materials: metal, regions: home, to: away, element: Me, date: 2025-06, value: 10, base_value: 20}
    - {id: back, what: flow, materials: metal, regions: away, to: home, element: Me, date: 2025, value: 10, base_value: 20}
    - {id: past, what: consumption, materials: metal, date: 2024, value: 10}
    - {id: later, what: consumption, materials: metal, date: 2030, value: 10}
instruments:"""


def scored():
    with open("scored.yaml", "wb") as file:
        file.write(read(MARKET).replace(b"\ninstruments:", OUTCOMES.encode()))
    return call("run", "scored.yaml", "--json", "-o", "one").json()


def test_a_forecast_stands_beside_what_happened():
    summary = scored()
    market = {(m["material"], m["region"]): m for m in summary["markets"]}
    home, away, ore = market["metal", "home"], market["metal", "away"], market["ore", "home"]
    found = {figure["id"]: figure for figure in summary["score"]["figures"]}
    assert list(found) == ["near", "both", "dug", "shipped", "back"], "the base year and what lies beyond are no forecasts"
    inflow = [home["production"][2], away["imports"][2]]
    mean = (home["price_paid"][2] * inflow[0] + away["price_paid"][2] * inflow[1]) / sum(inflow)
    expected = {"near": home["price"][1], "both": mean, "dug": 0.4 * ore["production"][1], "shipped": away["imports"][1]}
    for name, value in expected.items():
        assert math.isclose(found[name]["forecast"], value, rel_tol=1e-9), name
        error = math.log(value / found[name]["happened"])
        assert math.isclose(found[name]["log_error"], error, rel_tol=1e-9), name
    assert math.isclose(found["near"]["log_error_no_change"], math.log(30 / 40))
    assert math.isclose(found["near"]["modelled_base_year"], home["price"][0], rel_tol=1e-12)
    assert found["back"]["forecast"] == 0 and found["back"]["log_error"] is None


def test_scores_are_means_of_logs_by_group():
    score = scored()["score"]
    found = {figure["id"]: figure for figure in score["figures"]}
    prices, quantities = score["groups"]
    assert (prices["group"], prices["of"], prices["figures"]) == ("Me", "prices", 2)
    assert (quantities["group"], quantities["figures"], quantities["missing"]) == ("Me", 2, 1)
    for group, names in ((prices, ("near", "both")), (quantities, ("dug", "shipped"))):
        for key, error in (("", "log_error"), ("_no_change", "log_error_no_change")):
            errors = [found[name][error] for name in names]
            assert math.isclose(group["mean_abs_log_error" + key], sum(map(abs, errors)) / 2, rel_tol=1e-9)
            assert math.isclose(group["rmse" + key], math.sqrt(sum(e * e for e in errors) / 2), rel_tol=1e-9)


def test_the_screen_shows_the_score_only_where_there_is_one():
    scored()
    text = call("run", "scored.yaml", "-o", "one").out
    assert "Forecast beside what happened" in text and "Me, prices" in text
    assert "Forecast beside" not in call("run", MARKET, "-o", "two").out
    assert call("run", MARKET, "-o", "two", "--json").json()["score"] is None


def test_what_happened_does_not_move_the_market():
    with_outcomes = scored()
    plain = call("run", MARKET, "--json", "-o", "two").json()
    assert with_outcomes["markets"] == plain["markets"]


# ---- what a data set says of its base year ----


def package(name, tables):
    """A data set folder from rows of text."""
    os.makedirs(name)
    for table, text in tables.items():
        with open(os.path.join(name, table + ".csv"), "w", encoding="utf-8") as file:
            file.write(text)
    resources = [{"name": table, "path": table + ".csv"} for table in tables]
    with open(os.path.join(name, "datapackage.json"), "w", encoding="utf-8") as file:
        json.dump({"name": name, "schema_version": 1, "resources": resources}, file)
    return name


def small_package(name, year="2024"):
    return package(name, {
        "regions": "id,name\nhome,Home\naway,Away\n",
        "materials": "id,stage,price_usd_per_kg\nore,concentrate,2\noxide,oxide,50\n",
        "contents": "material,element,share\nore,Nd,1\noxide,Nd,1\n",
        "prices": f"material,region,date,price_usd_per_kg\noxide,home,{year},40\n" if year else "material,region,date,price_usd_per_kg\n",
        "processes": "id\ndig\nrefine\n",
        "yields": "process,material,amount\ndig,ore,1\nrefine,ore,-1\nrefine,oxide,0.8\n",
        "facilities": "id,region,processes,capacity_t_per_year,output_t_per_year,cost_usd_per_kg,supply_elasticity,quality,note\n"
                      "pit,home,dig,200,90,1,1,D,guess; range 80 to 120\npit-away,away,dig,200,30,1,1,A,\n"
                      "works,home,refine,200,100,1,1,A,\n",
        "links": "from,to,materials,flow_t_per_year\naway,home,ore,30\nhome,away,oxide,50\n",
        "segments": "region,material,quantity_t_per_year,price_usd_per_kg,elasticity\nhome,oxide,40,40,1\naway,oxide,50,40,1\n",
    })


def test_a_data_set_is_added_up():
    result = call("check", small_package("small"))
    assert result.code == 0 and result.err == "", result.err
    for part in ("data set small", "Headline figures of the data, 2024", "Home 75.0 %", "Balance of Nd by region", "Reconciled", "facilities.pit.output_t_per_year"):
        assert part in result.out, part
    data = call("check", "small", "--json").json()
    assert data["headline"]["mining_share"] == 0.75 and data["headline"]["oxides_from_ore_kusd"] == 3200
    assert math.isclose(data["headline"]["oxide_balance"], -10 / 80)
    left = {(row["stage"], row["region"]): row["left_t"] for row in data["balance"]}
    assert math.isclose(left["oxide", "home"], -10) and math.isclose(left["concentrate", "home"], 20)
    assert [row["figure"] for row in data["weakest"]] == ["facilities.pit.output_t_per_year"]
    changes = {row["figure"]: row for row in data["reconciled"]["changes"]}
    made = changes["output of works"]["reconciled_t"]
    used = sum(row["reconciled_t"] for row in changes.values() if row["table"] == "segments")
    assert math.isclose(0.8 * made, used, rel_tol=1e-6) and data["reconciled"]["moved"] > 0


def test_a_data_set_without_a_year_says_so():
    result = call("check", small_package("small", year=None))
    assert result.code == 0 and "no observed price says which year is the base" in result.out and "nan" not in result.out


def test_the_whole_chain_closes():
    """China's shares, the worth of oxides and the NdPr balance as published, from the shipped data."""
    data = call("check", os.path.join(HERE, "..", "..", "data", "rare-earths"), "--json").json()["headline"]
    assert (data["mining_largest"], data["refining_largest"], data["element"]) == ("china", "china", "NdPr")
    assert 0.69 <= round(data["mining_share"], 2) <= 0.71 and 0.91 <= round(data["refining_share"], 2) <= 0.92, data
    assert 5.6 <= round(data["oxides_from_ore_kusd"] / 1e6, 1) <= 6.6 and abs(data["oxide_balance"]) <= 0.05, data


def test_quarters_add_up_to_years():
    """The chain by quarters against years where nothing varies inside a year: tonnes within one per cent."""
    folder = os.path.join(HERE, "..", "..", "scenarios")
    names = ("short-years.yaml", "short-quarters.yaml")
    runs = [call("run", os.path.join(folder, name), "--json", "-o", name[:-5]).json() for name in names]
    years, quarters = ({(m["material"], m["region"]): m for m in run["markets"]} for run in runs)
    compared = 0
    for place, market in years.items():
        for name in ("production", "consumption", "imports", "exports"):
            most = max(map(abs, market[name]))
            for year, tonnes in enumerate(market[name]):
                mean = sum(quarters[place][name][4 * year : 4 * year + 4]) / 4
                assert abs(mean - tonnes) <= 0.01 * most + 1e-6, (place, name, year, mean, tonnes)
                compared += most >= 1
    assert compared > 500, compared


# ---- run folders ----


def test_a_folder_has_its_files_and_no_leftovers_beside_it():
    saved("place/deep/one")
    assert sorted(os.listdir("place/deep/one")) == ["iamc.csv", "inputs", "provenance.json", "run.nc",
                                                      "summary.json", "tables.xlsx"]
    assert os.listdir("place/deep") == ["one"]


def test_the_same_input_gives_the_same_bytes():
    saved("one")
    saved("two")
    for name in ("run.nc", "summary.json", "iamc.csv", "tables.xlsx"):
        assert read("one", name) == read("two", name), name


def test_an_earlier_run_is_replaced():
    saved("one")
    before = read("one", "summary.json")
    saved("one", "--set", "facilities.works.cost_usd_per_kg=20")
    assert read("one", "summary.json") != before


def test_a_folder_that_is_not_a_run_is_left_alone():
    os.makedirs("mine")
    with open("mine/letter.txt", "w", encoding="utf-8") as file:
        file.write("dear")
    result = call("run", MARKET, "-o", "mine")
    assert result.code == 1 and "mine" in result.err
    assert os.listdir("mine") == ["letter.txt"] and not [name for name in os.listdir(".") if name.startswith(".mine")]


def test_runs_go_below_the_runs_folder_and_are_listed():
    assert call("run", MARKET, "--quiet").code == 0
    assert call("run", MARKET, "--quiet", "--set", "scenario.window=1").code == 0
    runs = call("list", "--json").json()["runs"]
    assert len(runs) == 2 and {run["scenario"] for run in runs} == {"market"}
    assert os.path.exists("runs/market/run.nc")


def test_several_scenarios_run_each():
    other = "other.yaml"
    with open(other, "wb") as file:
        file.write(read(MARKET).replace(b"scenario: market", b"scenario: other"))
    result = call("run", MARKET, other)
    assert result.code == 0 and "market: " in result.out and "other: " in result.out
    assert os.path.exists("runs/market") and os.path.exists("runs/other")


def test_quiet_says_nothing():
    result = call("run", MARKET, "--quiet", "-o", "one")
    assert result.out == "" and result.err == ""


def test_a_setting_changes_the_market():
    low = call("run", MARKET, "--json", "-o", "a").json()
    high = call("run", MARKET, "--json", "-o", "b", "--set", "facilities.works.cost_usd_per_kg=20").json()
    assert low["markets"][1]["price"][0] < high["markets"][1]["price"][0]


def test_a_price_deck_imposes_its_price():
    with open("deck.csv", "w", encoding="utf-8") as file:
        file.write("material,region,date,price_usd_per_kg\nmetal,home,2024,40\n")
    summary = call("run", MARKET, "--json", "--prices", "deck.csv", "-o", "one").json()
    metal = [m for m in summary["markets"] if m["material"] == "metal" and m["region"] == "home"][0]
    assert abs(metal["price"][0] - 40) < 1e-9, metal["price"]
    assert call("check", "one").code == 0


def test_provenance_names_inputs_and_options():
    saved("one", "--set", "scenario.window=1")
    provenance = json.loads(read("one", "provenance.json"))
    assert provenance["options"]["set"] == ["scenario.window=1"] and len(provenance["inputs"]) == 1
    assert len(provenance["inputs"][0]["sha256"]) == 64


def test_interrupting_leaves_nothing():
    process = subprocess.Popen([PROGRAM, "run", "long.yaml", "-o", "one"], stderr=subprocess.PIPE)
    time.sleep(0.4)
    assert process.poll() is None, "the run was over before it could be interrupted"
    process.send_signal(signal.SIGINT)
    _, message = process.communicate(timeout=30)
    assert process.returncode == 130 and b"nothing was written" in message
    assert not os.path.exists("one") and not [name for name in os.listdir(".") if name.startswith(".one")]


# ---- certifying ----


def test_a_finished_run_is_certified():
    saved("one")
    result = call("check", "one", "--json")
    assert result.code == 0 and result.json()["what"] == "run" and result.json()["residual"] <= 1e-8


def test_a_moved_run_is_still_certified():
    saved("one")
    os.makedirs("elsewhere")
    shutil.move("one", "elsewhere/two")
    assert call("check", "elsewhere/two").code == 0


def test_a_changed_solution_is_refused():
    saved("one")
    problem = call("export", "one", "--format", "mcp-json").json()["problems"][0]
    price = problem["z"][[name.startswith("price of metal in home") for name in problem["names"]].index(True)]
    stored = read("one", "run.nc")
    import struct

    changed = stored.replace(struct.pack("<d", price), struct.pack("<d", price * 1.001))
    assert changed != stored
    with open("one/run.nc", "wb") as file:
        file.write(changed)
    result = call("check", "one")
    assert result.code == 1 and "not certified" in result.err, result.err


def test_a_changed_input_is_refused():
    saved("one")
    with open("one/inputs/market.yaml", "ab") as file:
        file.write(b"# changed\n")
    result = call("check", "one")
    assert result.code == 2 and "changed after the run" in result.err


# ---- explaining and exporting ----


def test_explained_parts_add_up():
    saved("one")
    for year in ("2024", "2025", "2026"):
        for material, region in (("metal", "away"), ("metal", "home"), ("ore", "home"), ("slag", "home")):
            result = call("explain", "one", "-m", material, "-r", region, "-y", year, "--json").json()
            leaves = sum(line["usd_per_kg"] for line in result["lines"] if line["leaf"])
            assert math.isclose(leaves, result["price_usd_per_kg"], rel_tol=1e-7), (material, region, year)


def test_explain_shows_the_tariff_and_the_chain():
    saved("one")
    text = call("explain", "one", "-m", "metal", "-r", "away", "-y", "2025").out
    for part in ("tariff, 30 %", "freight", "cost of works", "cost of pit", "by-product credit: slag"):
        assert part in text, part


def variant(name, text):
    """The market with other rows, run under that name."""
    with open(name + ".yaml", "w", encoding="utf-8") as file:
        file.write(f"schema_version: 1\nscenario: {name}\ntitle: A variant\nextends: {MARKET}\n{text}")
    result = call("run", name + ".yaml", "--quiet", "-o", name)
    assert result.code == 0, result.err
    return name


def test_explain_says_what_a_ban_shuts_and_who_goes_without():
    variant("shut", """tables:
  facilities:
    pit-away: {region: away, processes: dig, capacity_t_per_year: 20, cost_usd_per_kg: 8}
    works-away: {region: away, processes: refine, capacity_t_per_year: 5, cost_usd_per_kg: 20}
instruments:
  - {id: shut, kind: ban, from: home, to: away, materials: [metal], start: 2025}
""")
    words = ("explain", "shut", "-r", "away", "-y", "2026", "-m")
    result = call(*words, "metal", "--json").json()
    (route,), (taker,), (user,) = result["shut"], result["takers"], result["users"]
    assert route["by"] == "shut" and route["to"] == "metal in away" and route["t_per_year_before"] > 15
    assert math.isclose(taker["t_per_year_before"], route["t_per_year_before"])  # nothing else came in in 2024
    assert math.isclose(taker["t_per_year"], 5) and math.isclose(user["reach_it_t_per_year"], 5)
    assert user["t_per_year"] < user["wanted_t_per_year"] and user["price_usd_per_kg"] < user["choke_usd_per_kg"] == 300
    text = call(*words, "metal").out
    assert "Shut by shut: the way from home" in text and "works-away is at its limit" in text
    text = call(*words, "slag").out
    assert "a by-product of metal in away, 7.5 t/y find no use" in " ".join(text.split())
    assert "Shut" not in call("explain", "shut", "-r", "home", "-y", "2024", "-m", "metal").out
    joint = call("explain", "shut", "-r", "home", "-y", "2026", "-m", "metal", "--json").json()
    assert [output["node"] for output in joint["made_together"]] == ["metal in home", "slag in home"]
    assert math.isclose(sum(output["share_of_proceeds"] for output in joint["made_together"]), 1)
    assert joint["shut"][0]["from"] == "metal in home" and len(joint["takers"]) == 2


def test_explain_does_not_end_in_goods_that_go_round():
    variant("ring", """tables:
  regions: {isle: {name: Isle}}
  links:
    - {id: out, from: home, to: isle, materials: [metal], freight_usd_per_kg: 1, wedge_usd_per_kg: -1, capacity_t_per_year: 500}
    - {id: back, from: isle, to: home, materials: [metal], freight_usd_per_kg: 1, wedge_usd_per_kg: -1, capacity_t_per_year: 500}
  segments: {isle-users: {region: isle, material: metal, quantity_t_per_year: 2, price_usd_per_kg: 30, elasticity: 0.5}}
""")
    for region in ("home", "isle"):
        result = call("explain", "ring", "-m", "metal", "-r", region, "-y", "2026", "--json").json()
        assert result["margin"] == "the cost of works"
        isle = [user for user in result["users"] if user["name"] == "isle-users"]
        assert math.isclose(isle[0]["reach_it_t_per_year"], isle[0]["t_per_year"], rel_tol=1e-6)


def test_explain_names_what_is_not_there():
    saved("one")
    result = call("explain", "one", "-m", "metall", "-r", "away", "-y", "2025")
    assert result.code == 2 and "'metal'" in result.err
    assert call("explain", "one", "-m", "metal", "-r", "away", "-y", "2050").code == 2
    assert call("explain", "one", "-m", "ore", "-r", "away", "-y", "2025").code == 2
    assert call("explain", "one", "-m", "metal", "-r", "away").code == 2


def natural_residual(problem):
    """The definition, in other software: max |y - mid(l, y - F / f_scale, u)|, y = z / z_scale."""
    z, f = problem["z"], list(problem["q"])
    matrix = problem["M"]
    for row, col, val in zip(matrix["row"], matrix["col"], matrix["val"]):
        f[row] += val * z[col]
    for term in problem["terms"]:
        if term["kind"] == "power":
            value = term["coef"] * (z[term["var"]] / term["scale"]) ** term["exponent"]
            f[term["row"]] += value * (z[term["times"]] if "times" in term else 1)
        else:
            assert term["kind"] == "hinge"
            f[term["row"]] += term["coef"] * max(0, term["const"] + term["slope"] * z[term["var"]])
    worst = 0
    for i, value in enumerate(z):
        scale = problem["z_scale"][i]
        low = -math.inf if problem["lower"][i] is None else problem["lower"][i] / scale
        high = math.inf if problem["upper"][i] is None else problem["upper"][i] / scale
        y = value / scale
        worst = max(worst, abs(y - min(max(y - f[i] / problem["f_scale"][i], low), high)))
    return worst


def test_exported_problems_are_solved_by_the_definition():
    saved("one")
    problems = call("export", "one", "--format", "mcp-json").json()["problems"]
    assert len(problems) == 3
    for problem in problems:
        assert len({len(problem[key]) for key in ("names", "lower", "upper", "z", "q")}) == 1
        assert any(term["kind"] == "power" for term in problem["terms"])
        assert natural_residual(problem) <= 1e-8


def test_iamc_has_a_column_a_year():
    saved("one")
    rows = list(csv.DictReader(io.StringIO(call("export", "one", "--format", "iamc").out)))
    assert list(rows[0])[:5] == ["model", "scenario", "region", "variable", "unit"]
    assert list(rows[0])[5:] == ["2024", "2025", "2026"]
    keys = [(row["region"], row["variable"]) for row in rows]
    assert len(keys) == len(set(keys)) and ("Away", "Price|Metal") in keys and ("World", "Production|Metal") in keys
    assert read("one", "iamc.csv").decode() == call("export", "one", "--format", "iamc").out


def test_csv_has_every_flow():
    saved("one")
    rows = list(csv.DictReader(io.StringIO(call("export", "one", "--format", "csv").out)))
    flows = [row for row in rows if row["table"] == "arc" and row["quantity"] == "flow"]
    assert len(flows) == 3 and all(float(row["value"]) > 0 for row in flows)


def test_an_unknown_format_names_the_nearest():
    saved("one")
    result = call("export", "one", "--format", "iam")
    assert result.code == 2 and "'iamc'" in result.err


CLAIMS = """schema_version: 1
audit: market
article: Invented for this test
run: market.yaml
sources: {own: {title: Invented}}
figures: {stated: {value: %s, unit: USD/kg, source: own}}
claims:
  - {id: cheap, statement: The price is low., figure: 60, within: 0.1, readings: [{id: one, compute: stated}]}
  - {id: made, statement: Something is made., at_least: 1, readings: [{id: one, compute: "run.production[metal, world, 2024]"}]}
  - {id: fair, kind: not_a_quantity, statement: It is fair., proxy: none}
"""


def claims(value):
    with open("claims.yaml", "w", encoding="utf-8") as file:
        file.write(CLAIMS % value)
    return "claims.yaml"


def test_an_audit_says_what_holds_and_what_needs_a_run():
    result = call("audit", claims(63), "--strict")
    assert result.code == 0 and result.err == "" and "needs a run" in result.out, result
    told = call("audit", claims(63), "--json").json()
    assert [claim["verdict"] for claim in told["claims"]] == ["holds", "not computed", "not a quantity"]
    assert told["claims"][0]["readings"][0]["value"] == 63 and not told["contradicted"]


def test_a_contradicted_claim_returns_1_under_strict_only():
    assert call("audit", claims(80)).code == 0
    result = call("audit", claims(80), "--strict")
    assert result.code == 1 and "80 is above 66" in result.out


def test_an_audit_of_a_run_computes_from_it():
    told = call("audit", claims(63), "--run", saved(), "--json").json()
    made = told["claims"][1]["readings"][0]
    assert told["run"] == "market" and made["value"] > 0 and told["claims"][1]["verdict"] == "holds", told


def test_wrong_claims_are_named_by_file_line_and_field():
    with open("wrong.yaml", "w", encoding="utf-8") as file:
        file.write((CLAIMS % 63).replace("compute: stated", "compute: staded"))
    result = call("audit", "wrong.yaml")
    assert result.code == 2 and result.out == "" and "'stated'" in result.err, result
    name, line, field = result.err.split(":")[:3]
    assert name == "wrong.yaml" and int(line) == 8 and field.strip() == "claims.readings.compute", result.err


DEAL = """schema_version: 1
deal: small
instruments: [{id: floor, kind: floor_topup, floor_usd_per_kg: 110, start: 2026, end: 2028}]
"""


def test_a_deal_is_valued_alone():
    with open("small.yaml", "w", encoding="utf-8") as file:
        file.write(DEAL)
    words = ["value", "small.yaml", "--process", "geometric", "--forward", "75", "--volatility", "0.3", "--tonnes", "400"]
    result = call(*words, "--draws", "200")
    assert result.code == 0 and result.err == "" and "2027Q4" in result.out, result
    told = call(*words, "--draws", "200", "--json").json()
    price = told["prices"][0]
    assert len(price["quarters"]) == 8 and price["closed_usd"] > 0
    total = sum(row["net_usd"]["mean"] * row["discount_factor"] for row in price["quarters"])
    assert abs(total - price["value_usd"]["mean"]) < 1e-6 * total
    assert call(*words, "--draws", "200", "--json").out == call(*words, "--draws", "200", "--json").out
    assert call("value", "small.yaml").code == 2
    assert "expected a whole number" in call(*words, "--seed", "-4").err
    assert "expected a whole number" in call(*words, "--draws", "0.5").err


HARVESTS = """schema_version: 1
scenario: harvests
title: Two farms, uncertain harvests
horizon: {from: 2025, to: 2026, window: 1}
tables:
  regions: {land: {}}
  materials: {grain: {price_usd_per_kg: 100}}
  processes: {grow: {}}
  yields: [{process: grow, material: grain, amount: 1}]
  facilities:
    large: {region: land, processes: grow, capacity_t_per_year: 20}
    small: {region: land, processes: grow, capacity_t_per_year: 15}
  segments: {users: {region: land, material: grain, intercept_usd_per_kg: 200, slope_usd_per_kg_per_t: 1}}
distributions:
  large: {path: facilities.large.capacity_t_per_year, use: value, kind: uniform, low: 10, high: 30}
  small: {path: facilities.small.capacity_t_per_year, use: value, kind: uniform, low: 10, high: 20}
"""
STORES = """schema_version: 1
scenario: stores
title: A store and three harvests
horizon: {from: 2025, to: 2026, window: 1, tail: no}
economy: {expectations: rational}
tables:
  regions: {land: {}}
  materials: {grain: {price_usd_per_kg: 100}}
  processes: {grow: {}}
  yields: [{process: grow, material: grain, amount: 1}]
  facilities: {farm: {region: land, processes: grow, capacity_t_per_year: 100}}
  stocks: [{id: barn, material: grain, region: land}]
  segments: {users: {region: land, material: grain, intercept_usd_per_kg: 600, slope_usd_per_kg_per_t: 5}}
distributions:
  harvest: {path: facilities.farm.capacity_t_per_year, use: value, kind: discrete, values: [85, 100, 115]}
"""


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def test_sensitivity_says_what_figures_depend_on():
    write("harvests.yaml", HARVESTS)
    words = ["sensitivity", "harvests.yaml", "--output", "price[grain, land, 2026]", "--draws", "128"]
    result = call(*words)
    assert result.code == 0 and result.err == "" and "when large is below" in result.out, result
    told = call(*words, "--json", "--threads", "2").json()
    figure = told["figures"][0]
    shares = {row["inputs"]: row["first_order"]["estimate"] for row in figure["sobol"]}
    assert abs(shares["large"] - 0.8) < 0.03 and abs(shares["small"] - 0.2) < 0.03, shares
    assert told["runs"] == 1 + 4 + 128 * 4 and told["not_certified"] == 0
    assert call(*words, "--json", "--threads", "1").json() == told
    wrong = call("sensitivity", "harvests.yaml", "--output", "price[grain, land, 2062]")
    assert wrong.code == 2 and "there is no indicator" in wrong.err
    write("stores.yaml", STORES)
    assert call("sensitivity", "stores.yaml").code == 2


def test_rational_expectations_are_shown_and_certified():
    write("stores.yaml", STORES)
    result = call("run", "stores.yaml", "-o", "stores")
    assert result.code == 0 and "It pays to store while the price is below" in result.out, result
    assert "share of periods with nothing in store" in result.out
    assert "No precautionary stocks" not in result.out
    checked = call("check", "stores")
    assert checked.code == 0 and "certified" in checked.out, checked
    wrong = call("run", "stores.yaml", "--set", "scenario.window=2")
    assert wrong.code == 2 and "a window of one period" in wrong.err


def test_export_writes_a_file():
    saved("one")
    result = call("export", "one", "--format", "csv", "-o", "all.csv")
    assert result.code == 0 and result.out == "" and os.path.getsize("all.csv") > 500


def write_long_market():
    """The market by months with long windows: long enough to be interrupted."""
    text = read(MARKET).decode()
    horizon = "horizon: {from: 2024, to: 2060, period: month, window: 120, tail: yes}"
    lines = [horizon if line.startswith("horizon") else line for line in text.splitlines()]
    with open("long.yaml", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


@contextlib.contextmanager
def fresh_folder():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ.pop("DIDYMIUM_RUNS", None)
        write_long_market()
        try:
            yield
        finally:
            os.chdir("/")


if __name__ == "__main__":
    sys.exit(tap.run(globals(), fresh_folder))
