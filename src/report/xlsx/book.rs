//! The parts of a workbook that hold no rows: what is in it, how cells look, and the list of its sheets.

use std::fmt::Write as _;

use super::sheet::{HEAD, MAIN, Sheet};

pub(super) const SUMMARY: &str = "xl/worksheets/sheet1.xml";
pub(super) const CLAIMS: &str = "xl/worksheets/sheet2.xml";
pub(super) const FINDINGS: &str = "xl/worksheets/sheet3.xml";
pub(super) const NOT_CHECKED: &str = "xl/worksheets/sheet4.xml";
pub(super) const WORKBOOK: &str = "xl/workbook.xml";

/// Names of the sheets, in their order.
pub(super) const SHEETS: [&str; 4] = ["Summary", "Claims", "Findings", "Not checked"];

const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OF_SHEETS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A part and what makes its content.
type Part = (&'static str, fn() -> String);

/// Parts that are the same in every workbook.
pub(super) const PARTS: [Part; 5] = [
    ("[Content_Types].xml", content_types),
    ("_rels/.rels", relations),
    ("docProps/core.xml", properties),
    ("xl/_rels/workbook.xml.rels", relations_of_workbook),
    ("xl/styles.xml", styles),
];

fn content_types() -> String {
    let mut out = format!(
        "{HEAD}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/>"
    );
    let mut part = |name: &str, kind: &str| {
        // Writing to a String cannot fail.
        let _ = write!(out, "<Override PartName=\"/{name}\" ContentType=\"{kind}\"/>");
    };
    part("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
    part(WORKBOOK, &format!("{OF_SHEETS}.sheet.main+xml"));
    part("xl/styles.xml", &format!("{OF_SHEETS}.styles+xml"));
    for sheet in [SUMMARY, CLAIMS, FINDINGS, NOT_CHECKED] {
        part(sheet, &format!("{OF_SHEETS}.worksheet+xml"));
    }
    out + "</Types>"
}

fn relations() -> String {
    format!(
        "{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{OFFICE}/officeDocument\" Target=\"{WORKBOOK}\"/><Relationship Id=\"rId2\" \
         Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn relations_of_workbook() -> String {
    let mut out = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for n in 1..=SHEETS.len() {
        let _ = write!(
            out,
            "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    let _ = write!(
        out,
        "<Relationship Id=\"rId5\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
    );
    out
}

/// Who made it, and no more: a time would make each run another file, and a user's name is nobody's business.
fn properties() -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:creator>claimlint {}</dc:creator></cp:coreProperties>",
        env!("CARGO_PKG_VERSION")
    )
}

/// How cells look, in the order of [`super::sheet::Look`].
fn styles() -> String {
    let mut out = format!(
        "{HEAD}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" \
         formatCode=\"yyyy\\-mm\\-dd\"/></numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
         <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts><fills count=\"2\"><fill><patternFill \
         patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders \
         count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\">\
         <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"6\">"
    );
    // General; bold; text; two decimals and commas; whole; a day.
    for (format, font) in [(0, 0), (0, 1), (49, 0), (4, 0), (1, 0), (164, 0)] {
        let _ = write!(
            out,
            "<xf numFmtId=\"{format}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
             applyNumberFormat=\"1\" applyFont=\"1\"/>"
        );
    }
    out + "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
}

/// The list of sheets, and which cells of each can be filtered.
pub(super) fn workbook(sheets: [&Sheet; 4]) -> String {
    let mut out = format!(
        "{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><bookViews><workbookView activeTab=\"0\"/></bookViews><sheets>"
    );
    for (n, name) in (1..).zip(SHEETS) {
        let _ = write!(out, "<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
    }
    out.push_str("</sheets><definedNames>");
    for ((n, name), sheet) in (0..).zip(SHEETS).zip(sheets) {
        let _ = write!(
            out,
            "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{n}\" hidden=\"1\">'{name}'!{}</definedName>",
            sheet.absolute_area()
        );
    }
    out + "</definedNames></workbook>"
}
