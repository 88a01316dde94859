//! A page as a browser reads it, for tests: by a tokenizer that is not ours.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "for tests, each of which uses its own part of this"
)]

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

/// What the tokenizer makes of a page.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parsed {
    /// Tags with their attributes, in their order.
    pub tags: Vec<String>,
    /// Names of elements, by their opening tags.
    pub elements: Vec<String>,
    /// Attributes with their values.
    pub attributes: Vec<(String, String)>,
    /// The text of elements, by the name of the element it stands in first.
    pub texts: Vec<(String, String)>,
    /// What a browser would forgive.
    pub errors: Vec<String>,
    /// Comments: there are none.
    pub comments: usize,
}

impl Parsed {
    pub fn of(page: &[u8]) -> Parsed {
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(std::str::from_utf8(page).unwrap()));
        let tokenizer = Tokenizer::new(Sink::default(), Default::default());
        while !matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done) {}
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }

    /// The JSON of the table.
    pub fn data(&self) -> serde_json::Value {
        let data = self.texts.iter().find(|(tag, text)| tag == "script" && text.starts_with("{\"texts\""));
        serde_json::from_str(&data.unwrap().1).unwrap()
    }

    /// The text of all elements but script and style.
    pub fn words(&self) -> String {
        let shown = self.texts.iter().filter(|(tag, _)| tag != "script" && tag != "style");
        shown.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

#[derive(Default)]
struct Sink(RefCell<Parsed>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut parsed = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let attrs: Vec<String> =
                    tag.attrs.iter().map(|a| format!(" {}={:?}", a.name.local, a.value)).collect();
                parsed
                    .attributes
                    .extend(tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())));
                if tag.kind == TagKind::StartTag {
                    parsed.elements.push(tag.name.to_string());
                }
                let slash = if tag.kind == TagKind::EndTag { "/" } else { "" };
                parsed.tags.push(format!("<{slash}{}{}>", tag.name, attrs.concat()));
                parsed.texts.push((tag.name.to_string(), String::new()));
                if tag.kind == TagKind::StartTag {
                    match &*tag.name {
                        "script" => return TokenSinkResult::RawData(RawKind::ScriptData),
                        "style" => return TokenSinkResult::RawData(RawKind::Rawtext),
                        "title" => return TokenSinkResult::RawData(RawKind::Rcdata),
                        _ => {}
                    }
                }
            }
            Token::CharacterTokens(text) => {
                if let Some((_, so_far)) = parsed.texts.last_mut() {
                    so_far.push_str(&text);
                }
            }
            Token::CommentToken(_) => parsed.comments += 1,
            Token::NullCharacterToken => parsed.errors.push("a null character".to_owned()),
            Token::ParseError(error) => parsed.errors.push(error.into_owned()),
            Token::DoctypeToken(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}
