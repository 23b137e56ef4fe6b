import Glibc

/// A thread with so much stack that a parser can follow a text of any shape: what people write is short, but what they
/// paste may be a thousand comparisons in a row, and those nest.
enum DeepStack {
    /// Address space; what is not used takes no memory.
    private static let size = 512 << 20

    /// Runs a closure on a thread of its own, and waits for it.
    static func run<Value>(_ body: () -> Value) -> Value {
        var result: Value?
        withoutActuallyEscaping({ result = body() }) { body in
            let call = Call(body)
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            pthread_attr_setstacksize(&attributes, size)
            defer { pthread_attr_destroy(&attributes) }
            var thread = pthread_t()
            let failure = pthread_create(
                &thread, &attributes,
                { call in
                    if let call { Unmanaged<Call>.fromOpaque(call).takeUnretainedValue().body() }
                    return nil
                }, Unmanaged.passUnretained(call).toOpaque())
            if failure == 0 { pthread_join(thread, nil) } else { call.body() }
        }
        guard let result else { preconditionFailure("DeepStack.run: the closure has not run") }
        return result
    }

    private final class Call {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }
}
