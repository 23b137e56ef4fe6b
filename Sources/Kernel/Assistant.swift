import Notebook

/// Who knows the names in a text: completes them and says what they are.
///
/// Calls may come from any thread while cells run. Cursors are counted in Unicode code points, as Jupyter counts them.
package protocol Assistant: Sendable {
    /// What can stand at the cursor, or nil where nothing is known.
    func complete(_ text: String, at cursor: Int) async -> Completion?
    /// What the name at the cursor is, as plain text and whatever else a front end shows, or nil where there is none.
    func inspect(_ text: String, at cursor: Int, detail: InspectionDetail) async -> MIMEBundle?
    /// Ends every process that the assistant started.
    func shutdown()
}

/// How much an inspection says.
package enum InspectionDetail: Int, Sendable {
    /// The documentation, and the parameters inside a call: `name?`.
    case documentation = 0
    /// The declaration as well: `name??`.
    case declaration = 1
}

/// The texts that can take the place of a part of a cell.
package struct Completion: Hashable, Sendable {
    /// One of the texts.
    package struct Match: Hashable, Sendable {
        /// What is inserted.
        package var text: String
        /// What it is, in Jupyter's words: `function`, `instance`, `class`, `module`, `keyword`, ...
        package var kind: String
        /// Its type or parameters, such as `(rate: Float) -> Tensor`.
        package var signature: String?

        package init(text: String, kind: String, signature: String? = nil) {
            self.text = text
            self.kind = kind
            self.signature = signature
        }
    }

    package var matches: [Match]
    /// The code points that a match takes the place of.
    package var range: Range<Int>

    package init(matches: [Match], range: Range<Int>) {
        self.matches = matches
        self.range = range
    }
}
