import Cells
import Notebook

/// Who knows the names in a text: completes them and says what they are.
///
/// Calls may come from any thread while cells run. Cursors are counted in Unicode code points, as Jupyter counts them.
package protocol Assistant: Sendable {
    /// What can stand at the cursor, or nil where nothing is known.
    func complete(_ text: String, at cursor: Int) async -> Completion?
    /// What the name at the cursor is, as plain text and whatever else a front end shows, or nil where there is none.
    func inspect(_ text: String, at cursor: Int, detail: InspectionDetail) async -> MIMEBundle?
    /// Hears that a cell has run, so that what it declared is at hand when somebody asks. Returns at once.
    func prepare()
    /// Ends every process that the assistant started.
    func shutdown()
}

extension Assistant {
    /// An assistant that has nothing to prepare.
    public func prepare() {}
}

extension AssistanceProcess: Assistant {}
