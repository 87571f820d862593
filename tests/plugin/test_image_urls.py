"""The CDN's image transformations."""

from jinja2 import Undefined
import pytest

from pelican_buttercms.plugin.image_urls import srcset, transformed

IMAGE = "https://cdn.buttercms.com/DVG5DLMQ9ywaCwfEAgL2"


def test_tasks_stand_before_the_handle_in_the_vendors_order():
    """A transformed URL is the one that the vendor documents."""
    url = transformed(
        IMAGE, width=800, height=600, fit="crop", align="faces", rotate=90, quality=80
    )
    assert url == (
        "https://cdn.buttercms.com/resize=width:800,height:600,fit:crop,align:faces"
        "/rotate=deg:90/quality=value:80/DVG5DLMQ9ywaCwfEAgL2"
    )


def test_nothing_asked_is_nothing_changed():
    """An image without options is its own URL."""
    assert transformed(IMAGE) == IMAGE
    assert transformed(IMAGE, fit="crop") == IMAGE


def test_a_transformed_url_can_be_transformed_again():
    """Tasks are chained in front of those that are there."""
    assert transformed(transformed(IMAGE, width=9), format="webp") == (
        "https://cdn.buttercms.com/output=format:webp/resize=width:9/DVG5DLMQ9ywaCwfEAgL2"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://d2wzhk7xhrnk1x.cloudfront.net/rgPM9aHoSSKnjk44TQlD_butter.jpg",
        "https://example.com/cdn.buttercms.com/x.jpg",
        "/images/local.png",
        "",
    ],
)
def test_only_the_cdn_can_transform(url):
    """Another host's image is left as it is, and has no srcset."""
    assert transformed(url, width=10) == url
    assert srcset(url, [10, 20]) == ""


def test_a_srcset_has_every_width_once_and_keeps_the_ratio():
    """Widths are sorted, and a height is the largest width's."""
    assert srcset(IMAGE, [800, 400, 400], height=600, fit="crop") == (
        "https://cdn.buttercms.com/resize=width:400,height:300,fit:crop/DVG5DLMQ9ywaCwfEAgL2 400w, "
        "https://cdn.buttercms.com/resize=width:800,height:600,fit:crop/DVG5DLMQ9ywaCwfEAgL2 800w"
    )
    assert srcset(IMAGE, []) == ""


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"width": 20000}, "width is a number up to 10000, not 20000"),
        ({"width": "wide"}, "width is a number"),
        ({"rotate": 360}, "rotate is a number up to 359"),
        ({"quality": -1}, "quality is a number up to 100"),
        ({"fit": "cover"}, "fit is one of clip, crop, scale, max, not 'cover'"),
    ],
)
def test_an_option_the_cdn_does_not_know_is_refused(options, complaint):
    """A template's mistake is told in the template's words, not by a broken image."""
    with pytest.raises(ValueError, match=complaint):
        transformed(IMAGE, **options)


def test_an_unknown_option_is_named_with_the_known_ones():
    """A task of the CDN that is not supported is no silence and no traceback."""
    with pytest.raises(ValueError, match=r"'blur' is no option: they are width, height, fit"):
        transformed(IMAGE, blur=5)
    for options in ({"format": "webp/../x"}, {"align": "top,x:1"}, {"width": True}):
        with pytest.raises(ValueError, match="not "):
            transformed(IMAGE, **options)


def test_any_task_can_be_asked_for_and_none_breaks_out_of_its_place():
    """Names and values are words, numbers and lists of them."""
    tasks = {"blur": {"amount": 5}, "monochrome": {}, "crop": {"dim": [0, 0, 9, 9]}}
    assert transformed(IMAGE, width=9, tasks=tasks) == (
        "https://cdn.buttercms.com/resize=width:9/blur=amount:5/monochrome/crop=dim:[0,0,9,9]"
        "/DVG5DLMQ9ywaCwfEAgL2"
    )
    for wrong in (
        ["blur"],
        {"blur": 5},
        {"blur/x": {}},
        {"blur": {"a,b": 1}},
        {"blur": {"amount": "5/x"}},
        {"blur": {"amount": "5,x:1"}},
        {"blur": {"amount": None, "x": "?"}},
    ):
        with pytest.raises(ValueError, match="task"):
            transformed(IMAGE, tasks=wrong)


def test_what_is_undefined_is_not_asked_for():
    """As of None: a template need not look whether a field is there."""
    assert transformed(IMAGE, width=Undefined(), height=None) == IMAGE


def test_templates_may_ask_for_pictures_that_are_not_there(site, account):
    """What is undefined, empty or none is no address; a wrong option names its template."""
    account.page("*", "p", empty="")
    pictures = "[{{ nothing|butter_image(width=3) }}{{ page.butter.fields.nothing|butter_image }}"
    pictures += "{{ page.butter.fields.empty|butter_image }}{{ none|butter_image }}"
    pictures += "{{ nothing|butter_srcset([1, 2]) }}{{ nothing|butter_href }}]"
    site.write("templates/page.html", pictures)
    site.configure(THEME_TEMPLATES_OVERRIDES=["templates"], BUTTERCMS_PAGE_TYPES=["*"])
    site.build()
    assert site.read("pages/p.html") == "[]"
    site.write("templates/page.html", "{{ none|butter_image(sepia=True) }}")
    done = site.pelican()
    assert done.returncode == 1
    assert "The template page.html uses butter_image wrongly: 'sepia' is no option" in done.stdout
    assert "Traceback" not in done.stdout
