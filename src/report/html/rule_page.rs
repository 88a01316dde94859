//! A rule's documentation as markup, by a parser of Markdown.
//!
//! The text is the program's own. Deliberately absent all the same: raw markup, links and images; a page has no address
//! in it that a browser could follow.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// The explanation of a rule, its headings below those of the page.
pub(super) fn explanation(markdown: &str) -> String {
    let text: String = markdown
        .lines()
        // Doc comments keep the space after their slashes.
        .flat_map(|line| [line.strip_prefix(' ').unwrap_or(line), "\n"])
        .collect();
    let mut markup = String::with_capacity(text.len() * 5 / 4);
    html::push_html(&mut markup, Parser::new_ext(&text, Options::ENABLE_TABLES).filter_map(event));
    markup
}

fn event(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::End(TagEnd::Link | TagEnd::Image) => None,
        Event::Start(Tag::Heading { id, classes, attrs, .. }) => {
            Some(Event::Start(Tag::Heading { level: HeadingLevel::H4, id, classes, attrs }))
        }
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(HeadingLevel::H4))),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lists_and_tables_become_markup_and_nothing_else_does() {
        let page = explanation(
            " ## What it <b>checks</b>\n\n Units of `97110`.\n\n | minutes | units |\n |---|---|\n | 0-7 | 0 |\n\n - `[V2]` a \
             [page](https://example.org) ![picture](x.png)\n",
        );
        assert_eq!(
            page,
            "<h4>What it &lt;b&gt;checks&lt;/b&gt;</h4>\n<p>Units of <code>97110</code>.</p>\n<table><thead><tr><th>minutes</th>\
             <th>units</th></tr></thead><tbody>\n<tr><td>0-7</td><td>0</td></tr>\n</tbody></table>\n<ul>\n<li><code>[V2]</code> \
             a page picture</li>\n</ul>\n"
        );
    }
}
