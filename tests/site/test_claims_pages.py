"""Claims and questions: the list and its filters, verdicts with their reasons, studies on each side, searches, SQL, data."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from lxml import html

from harvest import schema
from harvest.claims import rules
from harvest.site.claims.changing import MOST, Change, Counts, changes, told
from harvest.site.claims.words import LABELS, MEANINGS

from .conftest import CLAIMS, QUESTIONS, Site, words

PAGES = ("/claims", "/claims/a-1", "/claims/a-2", "/claims/b-1", "/claims/b-2", "/claims/b-3", "/questions/depression-efficacy",
         "/questions/spacing", "/questions/first-trial", "/questions/opinion", "/claims?verdict=mixed&sort=studies",
         "/claims?verdict=nothing", "/claims/a-1?sort=largest&show=supports")  # fmt: skip


def read(site: Site, path: str) -> Any:
    answer = site.get(path)
    assert answer.status_code == 200, path
    return html.fromstring(answer.text)


def listed(page: Any) -> list[str]:
    """Ids of the claims on the list, in its order."""
    return [href.rpartition("/")[2] for href in page.xpath("//ul[@class='claim-list']//p[@class='says']/a/@href")]


# ------------------------------------------------------------ all pages


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_made_for_people_and_screen_readers(path: str, public: Site) -> None:
    """One heading, one main landmark, a trail that ends here, ids once, no script but the one that copies, no inline style; no id leads nowhere."""
    page = public.get(path).text
    tree: Any = html.fromstring(page)
    assert page.count("<h1") == 1 and page.count("<main") == 1 and "not medical advice" in page
    assert not re.search(r"<script(?! src=\"/static/copy.js\" defer></script>)|<style|\sstyle=|\son[a-z]+=", page)
    assert tree.xpath("//nav[@class='crumbs']//li[last()]/@aria-current") == ["page"]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    named = [name for names in tree.xpath("//@aria-labelledby") for name in names.split()]
    assert set(named) <= set(ids)
    assert {href[1:] for href in tree.xpath("//a/@href") if href.startswith("#")} <= set(ids)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_the_site_answers(path: str, local: Site) -> None:
    """Numbers, searches, places on the map, permalinks and SQL: none is a dead end."""
    for href in {href for href in read(local, path).xpath("//main//a/@href") if href.startswith("/")}:
        assert local.get(href.partition("#")[0]).status_code == 200, href


ODD = [
    "%00",
    "%FF%FE",
    "..",
    "~",
    "~zz",
    "a,b",
    "'",
    "%22%3E%3Cb%3E",
    "😀",
    "-1",
    "{{7*7}}",
    "x" * 3000,
    "a-1.json.json",
    "A-1",
]


@pytest.mark.parametrize("odd", ODD)
def test_odd_addresses_and_parameters_are_answered_politely(odd: str, public: Site) -> None:
    """Never a server error, never markup that came in; an unknown claim is 404 and leads to the list."""
    for path in (f"/claims/{odd}", f"/claims/{odd}.json", f"/questions/{odd}", f"/ketamine/claims/{odd}"):
        assert public.get(path).status_code in (200, 301, 302, 400, 404), path
    for path in ("/claims", "/claims.json", "/claims.csv", "/claims/a-1", "/questions/spacing"):
        sent = quote(odd, safe="%")
        answer = public.get(f"{path}?verdict={sent}&kind={sent}&condition={sent}&page={sent}&sort={sent}&show={sent}")
        assert answer.status_code == 200, path
        assert '"><b>' not in answer.text or "html" not in answer.headers["content-type"], path


def test_a_claim_that_does_not_exist_leads_to_the_list(public: Site) -> None:
    """In words, with the address of the list."""
    answer = public.get("/claims/zzz")
    assert answer.status_code == 404 and "/claims" in answer.text and "no claim" in answer.text


@pytest.mark.parametrize("path", ["/ketamine/claims/a-1", "/ketamine/questions/spacing"])
def test_rows_lead_to_their_pages(path: str, public: Site) -> None:
    """Datasette's own links to the rows of both tables end at the pages of claims and questions; their JSON stays."""
    answer = public.get(path)
    assert answer.status_code == 301 and answer.headers["location"] == path.removeprefix("/ketamine")
    assert public.get(path + ".json").status_code == 200


# ------------------------------------------------------------ the list


def test_counts_beside_the_filters_are_what_they_lead_to(public: Site) -> None:
    """Each number is the length of the list behind its link, without and with other filters."""
    for path in ("/claims", "/claims?page=b", "/claims?kind=efficacy&verdict=mixed"):
        for item in read(public, path).xpath("//aside//li[not(contains(@class, 'selected'))]"):
            found = listed(read(public, item.xpath("a/@href")[0].partition("#")[0]))
            assert len(found) == int(words(item.xpath("span")[0])), (path, words(item))


def test_numbers_of_the_pictures_are_what_they_lead_to(public: Site) -> None:
    """In the tables behind the pictures; bars of one verdict add up to all claims."""
    page = read(public, "/claims")
    links = page.xpath("//figure//td/a")
    assert links
    for link in links:
        assert len(listed(read(public, link.get("href")))) == int(link.text), link.get("href")
    assert sum(int(td.text_content()) for td in page.xpath("(//figure)[1]//td")) == len(CLAIMS)


def test_a_condition_includes_its_narrower_ones(changed: Callable[[str], Site]) -> None:
    """A claim on resistant depression is found under depression; the other way round it is not."""
    site = changed("update questions set conditions = '[\"treatment-resistant-depression\"]' where id = 'spacing'")
    assert listed(read(site, "/claims?condition=depression")) == ["a-1", "b-1", "b-3"]
    assert listed(read(site, "/claims?condition=treatment-resistant-depression")) == ["a-1", "b-1"]


def test_orders_of_the_list(public: Site) -> None:
    """As the pages say them, from supported to not checkable, by studies that take a side."""
    assert listed(read(public, "/claims")) == ["a-1", "a-2", "b-1", "b-2", "b-3"]
    assert listed(read(public, "/claims?sort=verdict")) == ["a-1", "b-3", "a-2", "b-1", "b-2"]
    assert listed(read(public, "/claims?sort=studies"))[:2] == ["a-1", "b-3"]


def test_a_value_nobody_knows_finds_nothing_and_says_so(public: Site) -> None:
    """A script must not get all claims because of a slip."""
    page = read(public, "/claims?verdict=wrong")
    assert listed(page) == [] and "no verdict “wrong”" in words(page.xpath("//main")[0])
    told = public.get("/claims.json?verdict=wrong").json()
    assert told["claims"] == [] and told["ignored"] and told["of"] == len(CLAIMS)


def test_parts_with_other_verdicts_stand_on_the_list(public: Site) -> None:
    """Who reads the list alone still sees that the number and the word "proven" are contradicted."""
    (first, *_) = read(public, "/claims").xpath("//ul[@class='claim-list']/li")
    assert "its number, 70 %: contradicted" in words(first) and "the word “proven”: contradicted" in words(first)


def test_contradictions_show_each_side_and_what_reconciles_them(public: Site) -> None:
    """Sides with their claims and verdicts; where nothing reconciles them, that is said."""
    section = read(public, "/claims").xpath("//section[@id='contradictions']")[0]
    first, second = section.xpath("article")
    assert [a.get("href") for a in first.xpath(".//li//a")] == ["/claims/a-1", "/claims/b-3"]
    assert "no way to reconcile" in words(first) and "By looking it up." in words(second)


# ------------------------------------------------------------ one claim


def test_the_verdict_in_large_with_its_parts(public: Site) -> None:
    """The verdict is a heading of its own; number, certainty and scope each have a verdict and a reason."""
    page = read(public, "/claims/a-1")
    assert words(page.xpath("//h2[@id='verdict']")[0]).endswith("Mixed")
    rows = [[words(cell) for cell in row] for row in page.xpath("//table[@class='claim-parts']/tbody/tr")]
    assert [row[1] for row in rows] == ["Mixed", "Contradicted", "Contradicted", "Not shown directly"]
    assert "70 %" in rows[1][0] and rows[1][2] == "Of 2 trials none gives 70 %." and "“proven”" in rows[2][0]
    assert "do not all fare alike" in words(page.xpath("//section[contains(@class, 'judged')]")[0])


def test_markup_in_a_claim_is_text(public: Site) -> None:
    """What a page says is shown as it stands."""
    assert read(public, "/claims/b-3").xpath("//h1")[0].text_content() == 'It <b>never</b> helps, "they" say.'


def test_the_table_counts_by_rung_and_shows_what_decides(public: Site) -> None:
    """Reports and people of each stance; each number leads to as many rows; the deciding rung is marked."""
    page = read(public, "/questions/depression-efficacy")
    rows = {words(row.xpath("th")[0]): row for row in page.xpath("//table[@class='ladder']/tbody/tr")}
    assert [name.endswith("decides") for name in rows] == [True, False, False]
    cells = [words(cell) for cell in rows["randomised trials decides"].xpath("td")]
    assert cells == ["1 30 people", "1 41 people", "0", "1"]
    for link in page.xpath("//table[@class='ladder']//td/a"):
        path, _, query = link.get("href").partition("?")
        told = public.get(f"{path}.json?{query}&_shape=objects").json()
        assert len(told["rows"]) == int(link.text), link.get("href")


def test_studies_stand_under_their_side_with_the_sentence_and_its_permalink(public: Site) -> None:
    """For and against have equal room; the sentence is that of the finding, and its link leads to the same words."""
    page = read(public, "/questions/depression-efficacy")
    groups = {section.get("class"): section for section in page.xpath("//div[@class='stances']/section")}
    assert list(groups) == ["stance supports", "stance contradicts", "stance silent"]
    (study,) = groups["stance supports"].xpath(".//li")
    assert "2018" in words(study) and "30 people" in words(study) and "67.5 %" in words(study)
    sentence = words(study.xpath(".//q")[0])
    assert sentence.startswith("RESULTS: Depressive symptoms fell") and words(study.xpath(".//q/mark")[0]) == "fell"
    quoted = public.get(study.xpath(".//a[starts-with(@href, '/quote/')]/@href")[0]).text
    assert "Depressive symptoms" in quoted and "have changed" not in quoted
    assert not groups["stance silent"].xpath(".//q")


def test_our_digest_is_said_to_be_ours(public: Site) -> None:
    """A sentence of our own summary never passes for the authors'."""
    page = read(public, "/questions/depression-efficacy")
    (said,) = page.xpath("//details[@class='rung']//p[@class='said'][q]")
    assert words(said).startswith("our digest") and "Pain did not differ" in words(said)


def test_a_withheld_abstract_is_told_and_linked(changed: Callable[[str], Site]) -> None:
    """Its sentence is not shown; the reader is led to where it may be read."""
    site = changed("update reports set abstract = null where id = 'pmid-90000001'")
    page = read(site, "/questions/depression-efficacy")
    said = page.xpath("//section[@class='stance supports']//p[@class='said']")[0]
    assert "may not be shown here" in words(said) and not said.xpath(".//q")
    assert said.xpath(".//a[starts-with(@href, 'https://pubmed.ncbi.nlm.nih.gov/90000001')]")


def test_a_long_sentence_under_no_open_licence_is_cut(changed: Callable[[str], Site]) -> None:
    """No more than some sentences are quoted of a text whose rights are reserved."""
    site = changed(
        "update reports set abstract = abstract || replace(hex(zeroblob(1000)), '00', 'long ') where id = 'pmid-90000001';"
        'update findings set "end" = "end" + 4000 where report_id = \'pmid-90000001\''
    )
    quoted = read(site, "/questions/depression-efficacy").xpath("//section[@class='stance supports']//q")[0]
    assert len(quoted.text_content()) < 620 and "[…]" in quoted.text_content()


def test_a_retracted_study_is_marked(changed: Callable[[str], Site]) -> None:
    """Wherever it stands."""
    site = changed("update reports set retracted = 1 where id = 'pmid-90000010'")
    assert "Retracted" in words(read(site, "/claims/b-3").xpath("//section[@class='stance contradicts']")[0])


MANY = """
insert into question_reports select 'spacing', id, 'randomised', 'supports', {people}, 1, 0, 0, null
from reports where id like 'pmid-9000000%' or id like 'pmid-9000002%';
"""


def test_newest_or_largest_first(changed: Callable[[str], Site]) -> None:
    """By date, or by participants with those of unknown size last; no more than eight until all are asked for."""
    site = changed(
        MANY.format(people="case substr(id, -1) when '3' then null else cast(substr(id, -1) as integer) end")
    )

    def shown(parameters: str) -> list[tuple[str, str]]:
        facts = read(site, f"/questions/spacing{parameters}").xpath("//section[@class='stance supports']//li/p[2]")
        return [(words(fact).split(" · ")[0], words(fact).split(" · ")[2]) for fact in facts]

    newest, largest, everything = shown(""), shown("?sort=largest"), shown("?sort=largest&show=supports")
    years = [int(year) for year, _ in newest]
    assert len(years) == 8 and years == sorted(years, reverse=True)
    assert [people for _, people in largest[:2]] == ["9 people", "8 people"]
    assert len(everything) == 13 and "not stated" in everything[-1][1]


def test_not_shown_directly_is_told_proudly_with_the_searches(local: Site) -> None:
    """What was searched for, as links, with what each finds; the number is that of the page behind it."""
    page = read(local, "/claims/b-1")
    assert "That is an answer" in words(page.xpath("//section[contains(@class, 'judged')]")[0])
    (box,) = page.xpath("//div[@class='proud']")
    items = box.xpath(".//ul[contains(@class, 'searches')]/li")
    asked = parse_qs(urlsplit(items[0].xpath("a/@href")[0]).query)
    assert asked == {"condition": ["chronic-pain"], "regimen": ["maintenance"], "outcome": ["dissociation"],
                     "design": ["randomised-controlled-trial"]}  # fmt: skip
    assert words(items[0].xpath("span")[0]) == "none found"
    for item in items:
        path, number = (
            urlsplit(item.xpath("a/@href")[0]),
            words(item.xpath("span")[0]).replace("none found", "0 x").split(),
        )
        assert counted(local, path.path, path.query) == int(number[0]), item.xpath("a/@href")


def counted(site: Site, path: str, query: str) -> int:
    """What a page for searches says of its number."""
    told = site.get(f"{path}.json?{query}").json()
    names = {"/search": "total", "/map": "findings", "/ketamine/findings": "filtered_table_rows_count"}
    return int(told[names[path]])


def test_where_the_time_matters_the_findings_of_that_time_are_counted(
    local: Site, changed: Callable[[str], Site]
) -> None:
    """A search knows no time after the dose; the table of findings does."""
    site = changed("update findings set hours = 24 where id = 1")
    for reader, number in ((local, 0), (site, 1)):
        (item,) = read(reader, "/questions/depression-efficacy").xpath(
            "//li[a[starts-with(@href, '/ketamine/findings?')]]"
        )
        path = urlsplit(item.xpath("a/@href")[0])
        assert "up to 72 h after the dose" in words(item)
        assert words(item.xpath("span")[0]) == ("1 finding" if number else "none found")
        assert counted(reader, path.path, path.query) == number


def test_what_is_left_out_is_left_out_of_the_search(public: Site) -> None:
    """Conditions that a question leaves out are left out there too."""
    links = read(public, "/questions/depression-efficacy").xpath("//ul[contains(@class, 'searches')]//a/@href")
    assert parse_qs(urlsplit(links[0]).query)["q"] == ["-condition:chronic-pain"]


def test_facts_stand_with_date_and_source(public: Site) -> None:
    """A source is a link where it has an address of the web, and words where it has not."""
    rows = read(public, "/claims/a-2").xpath("//dl[@class='facts']/div")
    assert [words(row.xpath("dt")[0]) for row in rows] == ["2000-02", "2006"]
    assert rows[0].xpath(".//a/@href") == ["https://pubmed.ncbi.nlm.nih.gov/90000001/"]
    assert not rows[1].xpath(".//a") and "Nobody's page" in words(rows[1])


def test_an_opinion_says_that_nothing_would_change_it(public: Site) -> None:
    """No table, no studies, no search: only why."""
    page = read(public, "/claims/b-2")
    assert "Nothing would change this verdict: It is an opinion." in words(page.xpath("//main")[0])
    assert not page.xpath("//table[@class='ladder'] | //ul[contains(@class, 'searches')]")


def test_a_claim_shows_what_other_pages_say_against_it(public: Site) -> None:
    """The other sides of its contradictions, without its own."""
    section = read(public, "/claims/b-3").xpath("//section[@id='contradictions']")[0]
    assert section.xpath(".//li//a/@href") == ["/claims/a-1"]
    assert not read(public, "/claims/b-1").xpath("//section[@id='contradictions']")


def test_a_claim_that_denies_says_whom_the_studies_help(public: Site) -> None:
    """Studies against the question speak for such a claim; without a word on it, sides would be read the wrong way round."""
    assert "a study against “yes” speaks for the claim" in words(read(public, "/claims/b-3").xpath("//main")[0])
    assert "speaks for the claim" not in words(read(public, "/claims/a-1").xpath("//main")[0])


def test_the_sql_stands_in_full_and_can_be_run(local: Site, public: Site) -> None:
    """The SQL on the page is that of the table; on one's own copy a link runs it, on the public one it is told where."""
    page = read(local, "/claims/a-1")
    shown = [pre.text_content().strip() for pre in page.xpath("//pre")]
    assert "select verdict from questions where id = 'depression-efficacy'" in shown
    assert "select report_id, stance from question_reports where question_id = 'depression-efficacy'" in shown
    runs = [parse_qs(urlsplit(href).query)["sql"][0] for href in page.xpath("//a/@href") if "sql=" in href]
    assert sorted(runs) == sorted(shown)
    assert not [href for href in read(public, "/claims/a-1").xpath("//a/@href") if "sql=" in href]


def test_long_sql_is_shown_whole(changed: Callable[[str], Site]) -> None:
    """Beyond the length that is shown in colours, too; escaped all the same."""
    site = changed(
        "update questions set verdict_sql = '-- <b> ' || replace(hex(zeroblob(3000)), '00', 'x') where id = 'spacing'"
    )
    (pre, *_) = read(site, "/questions/spacing").xpath("//pre")
    assert pre.text_content() == "-- <b> " + "x" * 3000


# ------------------------------------------------------------ one question


def test_a_question_lists_the_claims_that_ask_it(public: Site) -> None:
    """Each with its verdict, and whether it says no."""
    asking = read(public, "/questions/depression-efficacy").xpath("//ul[@class='asking']/li")
    assert [item.xpath("a/@href")[0] for item in asking] == ["/claims/a-1", "/claims/b-3"]
    assert "says no to it" in words(asking[1]) and "says no" not in words(asking[0])


def test_every_question_is_listed_also_those_no_claim_asks(changed: Callable[[str], Site]) -> None:
    """By kind, with what “yes” gets; the address of all questions leads there."""
    site = changed("delete from claim_questions where question_id = 'spacing'")
    items = read(site, "/claims").xpath("//section[@id='questions']//li")
    assert {item.xpath("a/@href")[0] for item in items} == {f"/questions/{row['id']}" for row in QUESTIONS}
    (alone,) = [item for item in items if item.xpath("a/@href") == ["/questions/spacing"]]
    assert "asked by no claim" in words(alone) and "Not shown directly" in words(alone)
    assert site.get("/questions").headers["location"] == "/claims#questions"


# ------------------------------------------------------------ what would change it


def test_the_nearest_change_is_found_by_trying_the_rule() -> None:
    """Four for, one against: as many more as it says change the verdict by the rule, and one fewer does not."""
    counts = Counts(4, 1, 0, 200)
    verdict = rules.verdict(*vars_of(counts))
    nearest = changes(counts, verdict, rules.verdict, 40)
    assert [change.side for change in nearest] == ["supports", "contradicts"]
    for change in nearest:
        more = {"supports": (1, 0), "contradicts": (0, 1)}[change.side]

        def then(number: int, more: tuple[int, int] = more) -> str:
            return rules.verdict(4 + number * more[0], 1 + number * more[1], 0, 200 + 40 * number)

        assert then(change.studies) == change.verdict != verdict == then(change.studies - 1)


def vars_of(counts: Counts) -> tuple[int, int, int, int]:
    return counts.supports, counts.contradicts, counts.mixed, counts.participants


def test_a_verdict_that_nothing_changes_says_so_and_why() -> None:
    """Reviews that lean the other way hold a verdict at mixed, however many trials follow."""

    def held(supports: int, contradicts: int, mixed: int, people: int) -> str:
        return rules.verdict(supports, contradicts, mixed, people, reviews_for=1)

    found = changes(Counts(2, 2, 0, 90), "mixed", held, 40, rules.verdict)
    assert [(one.side, one.studies > 0, one.held) for one in found] == [
        ("supports", True, False),
        ("contradicts", False, True),
    ]
    assert told(found[1], "findings", ("trial", "trials")) == (
        f"Not even {MOST} more trials against it would change it, as long as the reviews here lean the other way."
    )


def test_a_verdict_reached_by_other_means_is_not_tried() -> None:
    """Where the rule gives another verdict than the one that stands, nothing is said."""
    assert changes(Counts(9, 0, 0, 900), "mixed", rules.verdict) == ()


def test_one_study_is_said_in_the_singular() -> None:
    """With the number of people; in a gap, with what the study does."""
    one = Change("supports", 1, 40, "mostly-supported")
    assert told(one, "findings", ("randomised trial", "randomised trials")) == (
        "One more randomised trial for it, of 40 people, would make it “mostly supported”."
    )
    assert told(one, "gap", ("randomised trial", "randomised trials")).startswith(
        "One more randomised trial that answers it would"
    )


def test_the_page_says_what_would_change_it(public: Site) -> None:
    """Worked out from the counts on the page: one for, one against, 71 people, the rule of the project."""
    text = words(read(public, "/questions/depression-efficacy").xpath("//main")[0])
    assert "One more randomised trial for it, of 30 people, would make it “mixed”." in text


def test_every_verdict_has_a_word_and_a_meaning() -> None:
    """None is shown as a slug."""
    assert set(LABELS) == set(MEANINGS) == set(rules.WORDS)


# ------------------------------------------------------------ for programs


def test_the_list_as_json_and_csv_is_the_same(public: Site) -> None:
    """The same claims as on the page, with the same filters; lists are lists, or joined by semicolons."""
    answer = public.get("/claims.json?page=a")
    assert answer.headers["access-control-allow-origin"] == "*"
    rows = answer.json()["claims"]
    assert [row["id"] for row in rows] == listed(read(public, "/claims?page=a"))
    assert rows[0]["number"] == 70 and rows[0]["number_verdict"] == "contradicted" and rows[0]["kinds"] == ["efficacy"]
    table = list(csv.DictReader(io.StringIO(public.get("/claims.csv?page=a").text)))
    assert [row["id"] for row in table] == ["a-1", "a-2"] and table[0]["questions"] == "depression-efficacy; spacing"


def test_a_claim_as_json_has_every_report_that_takes_a_side(public: Site) -> None:
    """With stance and rung; the counts are those of the table; the silent ones are where it says."""
    told = public.get("/claims/a-1.json").json()
    question = told["questions"][0]
    assert {row["report_id"] for row in question["reports"]} >= {"pmid-90000001", "pmid-90000012"}
    deciding = [row["stance"] for row in question["reports"] if row["rung"] == "randomised"]
    assert [deciding.count(stance) for stance in ("supports", "contradicts")] == [
        question["supports"],
        question["contradicts"],
    ]
    silent = public.get(question["silent_reports"]).json()
    assert {row[silent["columns"].index("report_id")] for row in silent["rows"]} == {"pmid-90000013", "nct-90000001"}
    assert told["contradictions"][0]["sides"][0]["claims"] == ["b-3"] and question["verdict_sql"]
    assert public.get("/questions/first-trial.json").json()["facts"][0]["source"] == "Brightwater 2000"


# ------------------------------------------------------------ without claims


def test_a_copy_without_claims_says_so(large_site: Callable[[int], Site]) -> None:
    """The page answers, and says how claims get in."""
    site = large_site(1000)
    assert "holds no claims" in site.get("/claims").text
    assert site.get("/claims.csv").status_code == 200 and site.get("/claims.json").json()["claims"] == []


def test_tables_are_those_of_the_schema() -> None:
    """What the pages ask for exists."""
    columns = schema.table("questions").column_names
    assert {"stances_sql", "verdict_sql", "scope_sql", "reviews_for", "window_from"} <= set(columns)
