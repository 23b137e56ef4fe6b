/// An object that holds something beside its own memory, which a cell that was cut short does not release.
package protocol Abandonable: AnyObject {
    /// Gives back what the object holds, in the place of its `deinit`: nothing refers to it any more.
    func abandon()
}
