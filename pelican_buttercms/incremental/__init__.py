"""Which pages have to be rendered again? Only those that show something that has changed.

While a page is rendered, everything that it is rendered from is noted: the templates, the names
that they look up, each attribute of an article, a category or a record, each part of a list, each
setting. The next build asks the same questions first, and a page whose answers are all the same,
and whose file is as it was left, is not rendered. What cannot be followed is always rendered.

`told` says what a value is, `frames` holds what was read, `tracked`, `lists` and `jinja` note it
while `watching` lets them, `fragments` keeps what many pages show, and `compiling` makes templates
look for it. `purity` says which functions may be used, and `functions` what they are, by their
`bytecode` and the `modules` that they are from; `objects` names things so that the next build finds
them again, `answers` says what they are now, `versions` who need not be asked, `facts` numbers what
was asked, `basis` compares what a page rests on, `ledger` keeps it on the disk, `sealed` from
damage. `files` writes, `pages`, `paginating` and `feeds` stand for Pelican's writer, `tasks` are
pages that wait for it, `results` says what became of them, `warned` tells their warnings again,
`workers` renders in several processes and `engaging` says which pages, `others` says who else has a
hand in it, `salt` is what every page rests on, `statics` leaves copied files alone, `leftovers`
removes what is no longer written, `cleaning` is about what a wiped folder keeps, and `session` is
one build. Where nothing at all has changed, none of this is needed: see `standstill`.
"""
