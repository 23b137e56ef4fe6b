/// The distinct words of a text, each with a number in the order of their first appearance.
///
/// A hash table with linear probing over one run of bytes that holds all words; it takes words straight from the text.
struct WordTable {
    private var slots: [Slot] = Array(repeating: Slot(), count: 1024)
    /// Where each word ends in `letters`.
    private var ends: [Int] = []
    private var letters: [UInt8] = []

    private struct Slot {
        var hash: UInt64 = 0
        /// One more than the word's number; 0 where the slot is free.
        var next: Int32 = 0
        var length: UInt32 = 0
        var start: Int = 0
    }

    /// How many words there are.
    var count: Int { ends.count }

    /// The bytes of a word.
    subscript(number: Int) -> ArraySlice<UInt8> {
        letters[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }

    /// The number of a word, and whether it is met for the first time.
    @inline(__always)
    mutating func number(of word: UnsafeRawPointer, _ length: Int) -> (number: Int, isNew: Bool) {
        let hash = Digest.hash(word, length)
        var index = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[index].next != 0 {
            if slots[index].hash == hash, slots[index].length == length, isEqual(slots[index].start, word, length) {
                return (Int(slots[index].next) - 1, false)
            }
            index = (index + 1) & (slots.count - 1)
        }
        return (add(word, length, hash, at: index), true)
    }

    @inline(__always)
    private func isEqual(_ start: Int, _ word: UnsafeRawPointer, _ length: Int) -> Bool {
        letters.withUnsafeBytes { letters in
            guard let base = letters.baseAddress else { return length == 0 }
            if length >= 8 {
                var offset = 0
                while offset + 8 <= length {
                    if (base + start + offset).loadUnaligned(as: UInt64.self)
                        != (word + offset).loadUnaligned(as: UInt64.self)
                    {
                        return false
                    }
                    offset += 8
                }
                return (base + start + length - 8).loadUnaligned(as: UInt64.self)
                    == (word + length - 8).loadUnaligned(as: UInt64.self)
            }
            for offset in 0..<length where letters[start + offset] != word.load(fromByteOffset: offset, as: UInt8.self)
            {
                return false
            }
            return true
        }
    }

    private mutating func add(_ word: UnsafeRawPointer, _ length: Int, _ hash: UInt64, at index: Int) -> Int {
        let number = count
        slots[index] = Slot(hash: hash, next: Int32(number + 1), length: UInt32(length), start: letters.count)
        letters.append(contentsOf: UnsafeRawBufferPointer(start: word, count: length))
        ends.append(letters.count)
        if count * 2 > slots.count { grow() }
        return number
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.next != 0 {
            var index = Int(truncatingIfNeeded: slot.hash) & (slots.count - 1)
            while slots[index].next != 0 { index = (index + 1) & (slots.count - 1) }
            slots[index] = slot
        }
    }
}
