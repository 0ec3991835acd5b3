"""The page in a real browser, from a file: filters, addresses, keys, what is read out, its size."""

import json
import subprocess

import pytest
import synthetic
from browser import Page, keys, why_absent
from conftest import PROGRAM, make_page, page_of_one

pytestmark = pytest.mark.skipif(bool(why_absent()), reason=why_absent() or "present")

DEVIATING = "resume/return-020-then-certificate"
INTERACTIVE = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "checkbox",
    "DisclosureTriangle",
}


def test_it_starts_with_everything_and_the_cases_folded(page):
    page.open()

    assert page.status == "120 cases, 64 statements"
    assert len(page.statements) == 64
    assert len(page.cases) == 30, "only the observed cases"
    assert page.run("document.querySelector('main section:nth-of-type(2)').id") == "differs"


@pytest.mark.parametrize(
    ("query", "cases"),
    [
        ("verdict:deviates", {DEVIATING}),
        ("verdict:deviates lib:4.0", {DEVIATING}),
        ("verdict:deviates lib:3.0", set()),
        ("verdict:deviates,changed is:failing lib:4.0.3", {DEVIATING}),
        ("verdict:changed verdict:deviates -lib:3.6", {DEVIATING}),
        ("return-020", {DEVIATING}),
        ('"ANSWERS 20 TIMES"', {DEVIATING}),
        ("return-020 nonsense", set()),
        ("topic:null is:different", {"null/return-115-then-certificate"}),
        ("topic:null is:different protocol:QUICv1", set()),
        ("between:3.6.5..4.0.3 verdict:deviates", {DEVIATING}),
        ("between:4.0.3..3.6.5 return-020", {DEVIATING}),
        ("between:3.0.19..3.5.7 return-020", set()),
        ("between:3.6.5 return-020", set()),
        ("between:3.6.5.. return-020", set()),
    ],
)
def test_a_filter_shows_the_cases_it_means(page, query, cases):
    from urllib.parse import urlencode

    page.open(urlencode({"q": query}))

    assert set(page.cases) == cases
    assert page.run("document.querySelector('#nothing').hidden") is bool(cases)


def test_typing_filters_and_stands_in_the_address(page):
    page.open()
    page.press("/", "verdict:deviates")
    page.until("location.hash.includes('deviates')")

    assert page.fragment == {"q": "verdict:deviates"}
    assert page.cases == [DEVIATING]
    assert page.run("document.querySelector('#pick-verdict').value") == "deviates"

    page.press(keys().ESCAPE)
    assert page.fragment == {}
    assert page.status == "120 cases, 64 statements"


def test_the_lists_write_the_query(page):
    page.open("q=return-0")
    page.run(
        "(() => { const s = document.querySelector('#pick-protocol'); s.value = 'TLSv1.3';"
        " s.dispatchEvent(new Event('change'));"
        " document.querySelector('#pick-different').click(); })()"
    )

    assert page.fragment == {"q": "is:different protocol:TLSv1.3 return-0"}
    assert DEVIATING in page.cases

    page.driver.back()
    page.until("!location.hash.includes('different')")
    assert page.run("document.querySelector('#pick-different').checked") is False


def test_a_deep_link_opens_a_run(page):
    page.open(f"case={DEVIATING}&protocol=TLSv1.3&library=openssl 4.0.3")

    text = page.run("document.querySelector('#view').innerText")
    assert "openssl 4.0.3, TLSv1.3" in text
    assert "deviates" in text
    assert "callback_calls" in text
    assert f"./certspec run --protocol TLSv1.3 {DEVIATING}" in text
    assert page.run("document.querySelector('#view [aria-current]').dataset.p") == "TLSv1.3"


def test_a_deep_link_to_what_is_not_there_shows_the_matrix(page):
    page.open("q=&case-x=1")
    page.open("q=return-020")

    assert page.run("document.querySelector('#view').open") is False


def test_the_ladder_keeps_the_order_of_both_ends_and_holds_the_callback(page):
    page.open(f"case={DEVIATING}&protocol=TLSv1.2&library=openssl 4.0.3")

    rows = page.run(
        "[...document.querySelectorAll('.ladder tbody tr')]"
        ".map(row => [...row.cells].map(cell => cell.textContent))"
    )
    wanted = [name for _, names in synthetic.FLIGHTS for name in names]
    wanted.insert(wanted.index("CertificateRequest") + 1, "client_cert_cb")
    assert [row[1].split()[0] for row in rows] == wanted
    assert [row[3].split()[0] for row in rows if row[3]] == [
        n for n in wanted if n != "client_cert_cb"
    ]
    for column in (0, 4):
        times = [float(row[column]) for row in rows if row[column]]
        assert times == sorted(times)


@pytest.fixture
def page_of(page, tmp_path):
    """page_of opens the first run of a document's own page."""

    def page_of(document):
        page.address = page_of_one(tmp_path, document)
        run = document["runs"][0]
        return page.open(f"case={run['case']}&protocol={run['protocol']}&library=openssl 3.0.19")

    return page_of


def test_a_crash_shows_what_there_is(page_of):
    document = synthetic.results(1, cases=4)
    document["runs"][0] |= {"verdict": "crash", "reason": "signal 6 (https://example.org/1), twice"}
    client = {"steps": [{"return": 1}, {"error": "SSL_ERROR_SSL"}], "callback": [], "cert_cb": []}
    observation = {
        "client": client | {"end": None},
        "server": [None],
        "log": [],
        "stderr": "<ASan>",
    }
    document["runs"][0]["observation"] = observation

    page = page_of(document)

    text = page.run("document.querySelector('#view').innerText")
    assert "<ASan>" in text
    assert "step 1" in text and "SSL_ERROR_SSL" in text
    assert page.run("document.querySelector('.reason a').href") == "https://example.org/1"


def test_hostile_results_run_nothing(page_of):
    hostile = "</script><img src=x onerror='document.title=1'><script>document.title=2</script>"
    document = synthetic.results(1, cases=4)
    run = document["runs"][0]
    run |= {"verdict": "deviates", "title": hostile, "reason": hostile, "got": {hostile: hostile}}
    run["observation"]["log"][0] |= {"name": hostile, "detail": hostile}
    run["observation"]["client"]["steps"][0] = {hostile: hostile}

    page = page_of(document)

    assert page.run("document.querySelectorAll('img, #view script').length") == 0
    assert page.run("document.title") == "certspec: openssl 3.0.19"
    assert page.run("document.querySelector('#view h2').textContent") == hostile


def test_what_differs_is_unpacked_and_filtered(page):
    items = "[...document.querySelectorAll('#differs .list li')].filter(li => li.offsetParent)"
    page.open("q=return-020")
    assert page.run(f"{items}.map(li => li.querySelector('.id').textContent.split(' ')[0])") == [
        DEVIATING
    ]
    assert page.run("document.querySelectorAll('#differs .packed').length") == 0

    page.run("document.querySelector('#clear').click()")
    page.until(f"{items}.length > 1")
    page.run(f"{items}[0].querySelector('button').click()")
    page.until("document.querySelector('#view').open")


def test_what_differs_from_one_release_to_the_next_is_a_link(page):
    links = "[...document.querySelectorAll('.upgrades a')]"
    current = "[...document.querySelectorAll('.upgrades [aria-current=true]')]"
    current += ".map(a => a.textContent)"
    page.open()
    assert page.run(current) == ["all that differs"]

    page.run(f"{links}.find(a => a.textContent === 'openssl 3.6.5 to 4.0.3').click()")
    page.until("location.hash.includes('between')")
    page.until(f"{current}.length === 1")

    assert page.fragment == {"q": 'between:"openssl 3.6.5..openssl 4.0.3"'}
    assert page.run(current) == ["openssl 3.6.5 to 4.0.3"]
    assert DEVIATING in page.cases
    said = page.run("document.querySelector('.upgrades :has([aria-current=true])').textContent")
    assert f": {len(page.cases)} case" in said

    page.run(f"{links}.at(-1).click()")
    page.until("!location.hash.includes('between')")
    assert page.status == "120 cases, 64 statements"


def test_a_part_with_nothing_to_show_is_away(page, tmp_path):
    parts = "[...document.querySelectorAll('#differs .part')]"
    headings = f"{parts}.filter(p => p.offsetParent).map(p => p.querySelector('h3').textContent)"
    page.address = make_page(tmp_path, 7, 48).as_uri()
    page.open()
    assert page.run(headings) == ["Between releases of one library", "Only between libraries"]

    page.open("q=between:3.6.5..4.0.3")
    page.until(f"{headings}.length === 1")
    assert page.run(headings) == ["Between releases of one library"]


def test_a_browser_that_cannot_unpack_says_so(page):
    lame = {"source": "delete globalThis.DecompressionStream"}
    script = page.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", lame)
    try:
        page.open(f"case={DEVIATING}&protocol=TLSv1.2&library=openssl 4.0.3")
        assert "cannot unpack the details" in page.run("document.querySelector('#view').innerText")
        text = page.run("document.querySelector('#differs').textContent")
        assert "cannot unpack the list" in text
        assert len(page.statements) == 64
    finally:
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_hostile_differences_run_nothing(page, tmp_path):
    hostile = "</script><img src=x onerror='document.title=1'><script>document.title=2</script>"
    out = tmp_path / "index.html"
    files = []
    for number in (0, 1):
        document = synthetic.results(number, cases=4)
        run = document["runs"][0]
        got = {hostile: f"{hostile}{number}"}
        run |= {"verdict": "pinned", "title": hostile, "got": got, "want": {}}
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(document), encoding="utf-8")
    subprocess.run([PROGRAM, "page", *files, "--out", out], check=True, timeout=60)
    page.address = out.as_uri()
    page.open()

    assert hostile in page.run("document.querySelector('#differs').textContent")
    assert page.run("document.querySelectorAll('img, #differs script').length") == 0
    assert page.run("document.title").startswith("certspec: ")


def test_a_run_without_observation_says_so(page_of):
    document = synthetic.results(1, cases=4)
    document["runs"][0]["observation"] = {}

    page = page_of(document)

    assert "No observation is recorded" in page.run("document.querySelector('#view').innerText")


def test_the_ladder_shows_lost_and_crossing_messages_where_they_were_seen(page_of):
    document = synthetic.results(1, cases=4)
    document["runs"][0]["observation"]["log"] = [
        {"t": t, "side": side, "kind": "message", "direction": direction, "name": name}
        for t, side, direction, name in (
            (0.0, "client", "sent", "ClientHello"),
            (0.5, "server", "received", "ClientHello"),
            (1.0, "client", "sent", "KeyUpdate"),
            (1.1, "server", "sent", "NewSessionTicket"),
            (1.5, "client", "received", "NewSessionTicket"),
            (1.6, "server", "received", "KeyUpdate"),
            (2.0, "server", "sent", "Finished"),
        )
    ]
    page = page_of(document)

    rows = page.run(
        "[...document.querySelectorAll('.ladder tbody tr')].map(row => [row.cells[1].textContent,"
        " row.cells[2].textContent, row.cells[3].textContent])"
    )
    assert rows == [
        ["ClientHello", "to the server", "ClientHello"],
        ["KeyUpdate", "to the server, crosses what the other end sends", ""],
        ["NewSessionTicket", "to the client", "NewSessionTicket"],
        ["", "to the server, crosses what the other end sends", "KeyUpdate"],
        ["", "to the client, seen by the server only", "Finished"],
    ]


def test_keys_move_open_go_on_and_close(page):
    page.open("q=is:different")
    page.press("j")
    start = "document.activeElement.closest('tr')"
    first = page.run(f"{start}.dataset.s ?? {start}.dataset.c")
    page.press("j", "l", "l", "k", "h")
    cell = page.run("document.activeElement.closest('td').cellIndex")
    assert cell == 2
    assert page.run(f"{start}.dataset.s ?? {start}.dataset.c") == first

    page.press(keys().ARROW_DOWN, keys().ENTER)
    page.until("document.querySelector('#view').open")
    assert page.fragment["library"] == "openssl 3.0.19"
    case = page.fragment["case"]
    page.press("n")
    page.until(f"!location.hash.includes(encodeURIComponent('{case}'))")
    page.press("p")
    page.until(f"location.hash.includes(encodeURIComponent('{case}'))")

    page.press(keys().ESCAPE)
    page.until("!document.querySelector('#view').open")
    assert page.fragment == {"q": "is:different"}
    assert page.run("document.activeElement.closest('td')?.cellIndex") == 2


def test_keys_move_among_the_runs_of_a_case(page):
    page.open(f"case={DEVIATING}&protocol=TLSv1.2&library=openssl 4.0.3")
    page.press("l", "l", "k", keys().ENTER)
    page.until("location.hash.includes('3.6.5')")

    assert page.fragment["protocol"] == "TLSv1.3"
    assert page.run("document.activeElement.getAttribute('aria-current')") == "true"


def test_a_statement_folds_and_its_cell_lists_its_cases(page):
    page.open()
    before = len(page.cases)
    page.run("document.querySelector('tr[data-s=\"REGISTER-1\"] .fold').focus()")
    page.press(keys().ENTER)
    assert page.run("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert len(page.cases) > before

    page.press("l", keys().ENTER)
    page.until("document.querySelector('#view').open")
    assert page.fragment == {"statement": "REGISTER-1", "library": "openssl 1.1.1w"}
    assert page.run("document.querySelectorAll('#view .grid tbody tr').length") > 1

    page.run("document.querySelector('#view .grid button').click()")
    page.until("location.hash.includes('case=')")
    assert page.fragment["library"] == "openssl 1.1.1w"


def test_help_and_single_keys_can_be_turned_off(page):
    page.open()
    page.press("?")
    assert page.run("document.querySelector('#help').open")
    page.run("document.querySelector('#keys').click()")
    page.press(keys().ESCAPE)
    page.until("!document.querySelector('#help').open")
    page.press("/")

    assert page.run("document.activeElement.id") != "query"


def test_the_command_can_be_copied(page):
    page.open(f"case={DEVIATING}&protocol=TLSv1.2&library=openssl 4.0.3")
    page.run("document.querySelector('.command button').click()")

    page.until("document.querySelector('.command [role=status]').textContent === 'copied'")


def test_without_javascript_every_case_is_there(page):
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.driver.get("about:blank")
        page.driver.get(page.address)
        assert len(page.cases) == 120
        text = page.run("document.body.innerText")
        assert "Without JavaScript every case is unfolded" in text
        assert "Without JavaScript the list stays packed" in text
    finally:
        page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


OPENED = ["", "q=is:different", f"case={DEVIATING}&protocol=TLSv1.2&library=openssl 4.0.3"]
OPENED += ["statement=SUSPEND-5&library=openssl 4.0.3", "statement=SUSPEND-5"]


@pytest.mark.parametrize("fragment", OPENED)
def test_what_can_be_used_has_a_name(page, fragment):
    page.open(fragment)
    tree = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]

    roles = {}
    for node in tree:
        role = node.get("role", {}).get("value")
        if role in INTERACTIVE and not node.get("ignored"):
            name = node.get("name", {}).get("value", "").strip()
            roles.setdefault(role, []).append(name)
            assert name, json.dumps(node)[:400]
    assert roles["button"]
    if fragment.startswith(("case", "statement")):
        (dialog,) = [n for n in tree if n.get("role", {}).get("value") == "dialog"]
        assert dialog["name"]["value"]
    else:
        assert any("known-deviation" in name for name in roles["button"])
        assert any(name.endswith("pass") for name in roles["button"]), "verdicts are read out"


@pytest.mark.parametrize("fragment", OPENED)
def test_tables_have_headers_and_headings_have_no_holes(page, fragment):
    page.open(fragment)

    assert page.check("tableFaults(document)") == []
    assert page.check("headingFaults(document.querySelector('main'))") == []
    assert page.check("headingFaults(document.querySelector('#view'))") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", OPENED)
def test_contrast(page, scheme, fragment):
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    page.open(fragment)
    root = (
        "document.querySelector('#view')"
        if "=" in fragment[1:12] and "q=" not in fragment
        else "document.body"
    )

    assert page.run("getComputedStyle(document.documentElement).backgroundColor") == (
        "rgb(251, 251, 250)" if scheme == "light" else "rgb(21, 23, 26)"
    )
    assert page.check(f"contrastFaults({root})") == []


def test_the_contrast_check_finds_pale_text(page):
    page.open()
    page.run("document.querySelector('h1').attributeStyleMap.set('color', 'rgb(200, 200, 200)')")

    assert len(page.check("contrastFaults(document.body)")) == 1


@pytest.mark.parametrize("fragment", ["", OPENED[2]])
def test_focus_is_visible_wherever_the_tab_key_leads(page, fragment):
    page.open(fragment)
    seen = set()
    for _ in range(25):
        page.press(keys().TAB)
        assert page.check("focusFault()") is None
        seen.add(page.run("document.activeElement.outerHTML.slice(0, 200)"))

    assert len(seen) >= (15 if not fragment else 6)


def test_the_tab_key_reaches_the_matrix_once(page):
    page.open("q=is:different")
    count = page.run("document.querySelectorAll('#table td button[tabindex=\"0\"]').length")

    assert count == 1


@pytest.mark.parametrize("fragment", OPENED)
def test_a_narrow_screen_does_not_scroll_sideways(page, fragment):
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    page.open(fragment)

    assert page.run("innerWidth") == 390
    assert page.run("document.documentElement.scrollWidth") <= 390
    assert page.run("document.querySelector('#view').scrollWidth") <= 390


def test_print_leaves_the_controls_out(page):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    page.open()

    assert page.run("getComputedStyle(document.querySelector('.filter')).display") == "none"
    assert len(page.statements) == 64


def test_seven_libraries_with_1200_runs_are_small_and_soon_there(driver, tmp_path):
    out = make_page(tmp_path, 7, 400)
    driver.execute_cdp_cmd("Performance.enable", {"timeDomain": "threadTicks"})
    page = Page(driver, out.as_uri())
    seconds = []
    for _ in range(3):
        page.open()
        metrics = driver.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
        seconds.append(next(m["value"] for m in metrics if m["name"] == "TaskDuration"))
    driver.execute_cdp_cmd("Performance.disable", {})
    print(f"{out.stat().st_size} bytes, {min(seconds):.3f} s")

    assert page.status == "400 cases, 64 statements"
    assert out.stat().st_size <= 3_000_000
    # The processor's time of the page's thread, not the clock's: a busy machine changes nothing.
    assert min(seconds) <= 1.0
