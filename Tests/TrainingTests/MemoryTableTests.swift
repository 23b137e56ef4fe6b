import Martlet
import Testing

/// Each in a process of its own, where no other test holds tensors.
@Suite struct MemoryTableTests {
    /// What the table derives for many rows, against steps of so many rows.
    @Test func derivedBytesAgreeWithAMeasuredPeak() async {
        await #expect(processExitsWith: .success) {
            let kinds = [MemoryTable.Model.gpt, .recomputingGPT, .gptNeo, .llama, .compressor]
            let table = MemoryTable(
                of: kinds, hidden: [32, 64], batches: [3, 28, 48], layers: 2, heads: 2, vocabulary: 700, context: 96)
            #expect(table.rows.map(\.hidden) == [32, 64, 32, 64, 32, 64, 32, 64, 32, 64])
            for (index, row) in table.rows.enumerated() {
                for (rows, derived) in zip(table.batches, row.bytes) {
                    let kind = kinds[index / 2]
                    let measured = Memory.peak {
                        let model = kind.make(
                            hidden: row.hidden, layers: 2, heads: 2, vocabulary: 700, context: 96)
                        let adam = AdamW(model, rate: 1e-3)
                        let ids = [Int32](repeating: 5, count: rows * 96)
                        model.loss(Batch(inputs: ids, targets: ids, rows: rows, length: 96)).backward()
                        adam.step()
                    }
                    let share = Double(derived) / Double(measured)
                    #expect(
                        abs(share - 1) < 0.05, "\(row.model) \(row.hidden) of \(rows) rows: \(derived), \(measured)")
                }
            }
        }
    }

    @Test func whatPassesTheBudgetIsOutOfMemory() async {
        await #expect(processExitsWith: .success) {
            let table = MemoryTable(
                of: [.gpt], hidden: [16], batches: [1, 256], budget: .megabytes(2), layers: 1, heads: 1, vocabulary: 50,
                context: 32)
            #expect(table.description.contains("oom") && table.description.contains("GPT"))
            let html = table.mimeBundle.data["text/html"] ?? ""
            #expect(html.contains("oom") && html.contains("<th>batch 256</th>"))
        }
    }

    @Test func aPeakCountsWhatTheBodyHoldsAndLeavesTheOneBefore() async {
        await #expect(processExitsWith: .success) {
            let kept = Tensor(zeros: [1000])
            withExtendedLifetime(Tensor(zeros: [500_000])) {}
            let before = Memory.peak
            let found = Memory.peak { withExtendedLifetime(Tensor(ones: [1000]) + kept) {} }
            #expect(found >= 4000 && found < 20_000)
            #expect(Memory.peak == before && before >= 2_000_000)
        }
    }
}
