//! Elements that do not hold what they call for: numbers, dates, provider identifiers.

use super::fault_rule;

fault_rule! {
    /// ## What it checks
    ///
    /// Charges and units are decimal numbers. What is none counts as unknown: the line is checked by the
    /// rules that do not need it.
    ///
    /// ## Why payers deny it
    ///
    /// The element cannot be read; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// A charge of `1,000.00`.
    ///
    /// ## How to fix
    ///
    /// Correct the number where the claim is written.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 6, invalid character in data element, recalled.
    pub struct NotANumber {
        code: "X12-N001",
        name: "not-a-number",
        severity: High,
        summary: "A charge or quantity is not a number.",
        text: "element is not a number",
        fix: "write a plain decimal number: no sign but minus, no exponent, no commas",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// Dates are days of the calendar in the form their qualifier names. What is none counts as unknown,
    /// and rules that need the date do not apply.
    ///
    /// ## Why payers deny it
    ///
    /// A line without a readable date of service cannot be paid; the transaction set is rejected.
    ///
    /// ## Example
    ///
    /// `DTP*472*D8*20260230~`.
    ///
    /// ## How to fix
    ///
    /// Correct the date where the claim is written.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 8, invalid date, recalled.
    pub struct NotADate {
        code: "X12-N002",
        name: "not-a-date",
        severity: High,
        summary: "A date is not one, or not of the form its qualifier names.",
        text: "element is not a date of the form its qualifier names",
        fix: "write D8 as CCYYMMDD and RD8 as CCYYMMDD-CCYYMMDD",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// An identifier under qualifier XX is a national provider identifier: ten digits, the first 1 or 2,
    /// the last a check digit.
    ///
    /// ## Why payers deny it
    ///
    /// Front-end edits test the check digit, and payers know providers by this number; the claim is
    /// rejected.
    ///
    /// ## Example
    ///
    /// An NPI with two digits exchanged.
    ///
    /// ## How to fix
    ///
    /// Look the provider up in the national registry.
    ///
    /// ## Sources
    ///
    /// - `[R]` 45 CFR 162.406 and the NPI check digit standard, recalled.
    /// - `[I]` Severity: rejected at the front end, inferred.
    pub struct BadNpi {
        code: "X12-N003",
        name: "bad-npi",
        severity: Medium,
        summary: "A national provider identifier fails its check digit.",
        text: "provider identifier under XX is not a valid NPI",
        fix: "correct the identifier: ten digits of which the last is a check digit",
    }
}

fault_rule! {
    /// ## What it checks
    ///
    /// A date of service is not after the day the transaction set was made (BHT04): no service can be billed before
    /// it is given. Of a period the end counts. Without BHT04, or with one that is no date, nothing is said.
    ///
    /// ## Why payers deny it
    ///
    /// Front-end edits reject dates of service that lie in the future. What is wrong may also be the clock that wrote
    /// BHT04, and timely filing is measured to it.
    ///
    /// ## Example
    ///
    /// BHT04 `20260301`, `DTP*472*D8*20260502~`.
    ///
    /// ## How to fix
    ///
    /// Correct the date of service, most often its year or month, or the clock of the system that writes the file.
    ///
    /// ## Sources
    ///
    /// - `[R]` X12 999, IK403 code 8, invalid date, and 277CA status code 187, date of service, both recalled.
    pub struct FutureDate {
        code: "X12-N004",
        name: "future-date",
        severity: Medium,
        summary: "A date of service is after the day the transaction set was made.",
        text: "date of service is after the day the transaction set was made (BHT04)",
        fix: "correct the date of service, or the clock of the system that writes the file",
    }
}
