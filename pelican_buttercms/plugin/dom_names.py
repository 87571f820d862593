"""The properties of a document and of a form, as browsers have them.

An element with one of these names takes the property's place for scripts ("DOM clobbering").
"""

from __future__ import annotations

import re

_NAMES = frozenset((
    "__proto__", "acceptCharset", "accessKey", "action", "activeElement", "activeViewTransition",
    "addEventListener", "adoptedStyleSheets", "adoptNode", "after", "alinkColor", "all", "anchors",
    "animate", "append", "appendChild", "applets", "assignedSlot", "attachInternals",
    "attachShadow", "attributes", "attributeStyleMap", "autocapitalize", "autocomplete",
    "autocorrect", "autofocus", "baseURI", "before", "bgColor", "blur", "body", "captureEvents",
    "caretPositionFromPoint", "caretRangeFromPoint", "characterSet", "charset", "checkValidity",
    "checkVisibility", "childElementCount", "childNodes", "children", "classList", "className",
    "clear", "click", "clientHeight", "clientLeft", "clientTop", "clientWidth", "cloneNode",
    "close", "closest", "compareDocumentPosition", "compatMode", "computedStyleMap", "constructor",
    "contains", "contentEditable", "contentType", "cookie", "createAttribute", "createAttributeNS",
    "createCDATASection", "createComment", "createDocumentFragment", "createElement",
    "createElementNS", "createEvent", "createExpression", "createNodeIterator", "createNSResolver",
    "createProcessingInstruction", "createRange", "createTextNode", "createTreeWalker",
    "currentCSSZoom", "currentScript", "customElementRegistry", "dataset", "defaultView",
    "designMode", "dir", "dispatchEvent", "doctype", "documentElement", "documentURI", "domain",
    "draggable", "editContext", "elementFromPoint", "elements", "elementsFromPoint",
    "elementTiming", "embeds", "encoding", "enctype", "enterKeyHint", "evaluate", "execCommand",
    "exitFullscreen", "exitPictureInPicture", "exitPointerLock", "featurePolicy", "fgColor",
    "firstChild", "firstElementChild", "focus", "focusGroup", "focusGroupStart", "fonts", "forms",
    "fragmentDirective", "fullscreen", "fullscreenElement", "fullscreenEnabled", "getAnimations",
    "getAttribute", "getAttributeNames", "getAttributeNode", "getAttributeNodeNS",
    "getAttributeNS", "getBoundingClientRect", "getClientRects", "getElementById",
    "getElementsByClassName", "getElementsByName", "getElementsByTagName",
    "getElementsByTagNameNS", "getHTML", "getRootNode", "getSelection", "hasAttribute",
    "hasAttributeNS", "hasAttributes", "hasChildNodes", "hasFocus", "hasOwnProperty",
    "hasPointerCapture", "hasStorageAccess", "hasUnpartitionedCookieAccess", "head", "hidden",
    "hidePopover", "id", "images", "implementation", "importNode", "inert", "innerHTML",
    "innerText", "inputEncoding", "inputMode", "insertAdjacentElement", "insertAdjacentHTML",
    "insertAdjacentText", "insertBefore", "isConnected", "isContentEditable", "isDefaultNamespace",
    "isEqualNode", "isPrototypeOf", "isSameNode", "lang", "lastChild", "lastElementChild",
    "lastModified", "length", "linkColor", "links", "localName", "location", "lookupNamespaceURI",
    "lookupPrefix", "matches", "method", "moveBefore", "name", "namespaceURI",
    "nextElementSibling", "nextSibling", "nodeName", "nodeType", "nodeValue", "nonce", "normalize",
    "noValidate", "offsetHeight", "offsetLeft", "offsetParent", "offsetTop", "offsetWidth", "open",
    "outerHTML", "outerText", "ownerDocument", "parentElement", "parentNode", "part",
    "pictureInPictureElement", "pictureInPictureEnabled", "plugins", "pointerLockElement",
    "popover", "prefix", "prepend", "prerendering", "previousElementSibling", "previousSibling",
    "propertyIsEnumerable", "pseudo", "queryCommandEnabled", "queryCommandIndeterm",
    "queryCommandState", "queryCommandSupported", "queryCommandValue", "querySelector",
    "querySelectorAll", "readyState", "referrer", "rel", "releaseEvents", "releasePointerCapture",
    "relList", "remove", "removeAttribute", "removeAttributeNode", "removeAttributeNS",
    "removeChild", "removeEventListener", "replaceChild", "replaceChildren", "replaceWith",
    "reportValidity", "requestFullscreen", "requestPointerLock", "requestStorageAccess",
    "requestSubmit", "reset", "role", "rootElement", "scripts", "scroll", "scrollBy",
    "scrollHeight", "scrollingElement", "scrollIntoView", "scrollIntoViewIfNeeded", "scrollLeft",
    "scrollTo", "scrollTop", "scrollWidth", "setAttribute", "setAttributeNode",
    "setAttributeNodeNS", "setAttributeNS", "setHTML", "setHTMLUnsafe", "setPointerCapture",
    "shadowRoot", "showPopover", "slot", "spellcheck", "startViewTransition", "style",
    "styleSheets", "submit", "tabIndex", "tagName", "target", "textContent", "timeline", "title",
    "toggleAttribute", "togglePopover", "toLocaleString", "toString", "translate", "URL",
    "valueOf", "virtualKeyboardPolicy", "visibilityState", "vlinkColor", "wasDiscarded", "when",
    "write", "writeln", "writingSuggestions", "xmlEncoding", "xmlStandalone", "xmlVersion",
))  # fmt: skip
_PREFIXES = re.compile(r"(?:on|webkit|aria)[a-zA-Z]")
_NAMED_IN_DOCUMENT = frozenset(("embed", "form", "iframe", "img", "object"))
_NAMED_IN_FORM = frozenset(
    ("button", "fieldset", "image", "input", "object", "output", "select", "textarea")
)


def hides_property(tag: str, attribute: str, value: str) -> bool:
    """Return whether the `id` or `name` of an element could take the place of a property.

    Other elements than these cannot: a property of the window has precedence over their names.
    """
    is_in_document = tag in _NAMED_IN_DOCUMENT and (attribute == "name" or tag in {"img", "object"})
    if not is_in_document and tag not in _NAMED_IN_FORM:
        return False
    return value in _NAMES or _PREFIXES.match(value) is not None
