"""The sample site in a real headless browser."""

import pytest

PAGES = (
    "",
    "journal/",
    "journal/page/2/",
    "journal/example-post/",
    "coffee/la-vigia/",
    "about/",
    "landing-page-with-components/",
    "author/maren-tolliver/",
    "category/brewing/",
    "tag/v60/",
    "archives.html",
    "de/",
    "de/journal/page/2/",
    "de/journal/salt-and-swell/",
    "de-at/coffee/night-ferry/",
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_without_an_error_or_an_outside_request(visit, path):
    """No console error, no missing file, every picture shown, nothing from another host."""
    with visit(path) as seen:
        assert seen.problems == []
        assert seen.hosts == {visit.host}
        seen.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        seen.page.wait_for_load_state("networkidle")
        broken = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
        assert seen.page.evaluate(broken) == []
        assert seen.page.locator("h1").count() == 1
        assert seen.page.title()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_fits_its_window_and_can_be_read(visit, scheme, width):
    """No sideways scrolling on phone or desk, and text stands out from its ground in both modes."""
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    contrast = """() => {
        const options = {willReadFrequently: true};
        const canvas = document.createElement('canvas').getContext('2d', options);
        const rgb = colour => {
            canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
            const v = c[i] / 255;
            return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        }, 0);
        const paragraph = document.querySelector('main p');
        const text = light(rgb(getComputedStyle(paragraph).color));
        const ground = light(rgb(getComputedStyle(document.body).backgroundColor));
        return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    }"""
    for path in ("", "journal/example-post/", "coffee/la-vigia/"):
        with visit(path, **options) as seen:
            overflow = "document.documentElement.scrollWidth - window.innerWidth"
            assert seen.page.evaluate(overflow) <= 0, path
            assert seen.page.evaluate(contrast) >= 4.5, path


def test_the_circular_reference_can_be_walked_by_links(visit):
    """From a coffee to one that it pairs with, and back: both pages name the other."""
    with visit("coffee/la-vigia/") as seen:
        links = seen.page.locator("main a[href*='/coffee/']")
        hrefs = set(links.evaluate_all("links => links.map(link => link.getAttribute('href'))"))
        assert hrefs
        returned = []
        for href in sorted(hrefs):
            seen.page.goto(visit.address.rstrip("/") + href)
            returned.append(seen.page.locator("main a[href*='/coffee/la-vigia/']").count() > 0)
        assert any(returned)


SHIFTS = """new Promise(resolve => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) sum += shift.value;
    }).observe({type: 'layout-shift', buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
})"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", ["", "journal/", "journal/example-post/"])
def test_nothing_moves_when_pictures_come(browser, address, path, width):
    """Text is where it stays before they are there, and each comes in several widths."""
    held = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.route("**/media/*", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/media/*"):
        page.goto(address + path, wait_until="domcontentloaded")
    before = page.evaluate(SHIFTS)  # it is painted without them
    page.route("**/media/*", lambda route: route.continue_())  # from now on
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    pictures = page.locator("main img[src*='/media/']:not([src$='.svg']):not([src$='.gif'])")
    attributes = "all => all.filter(i => !i.srcset || !i.width || !i.height).map(i => i.src)"
    assert pictures.count() > 0
    assert pictures.evaluate_all(attributes) == []
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("picture => picture.decode()")
    moved = page.evaluate(SHIFTS)
    page.close()
    assert moved == before < 0.02  # the header's buttons, which a script shows
