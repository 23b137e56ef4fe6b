import Testing

import Tensors

@Suite struct ArenaTests {
    private let block = 256 << 10

    @Test func neighboursThatAreGivenBackServeALargerBlock() throws {
        var arena = Arena(capacity: 64 << 20)
        let blocks = try (0..<4).map { _ in try take(block, from: &arena) }
        let last = try take(2 << 20, from: &arena)
        let reserved = arena.reserved
        for index in [0, 2, 1] { arena.give(blocks[index], block) }
        expectBlock(3 * block, from: &arena, at: blocks[0])
        #expect(arena.reserved == reserved)
        withExtendedLifetime(last) {}
    }

    @Test func aBlockTakesTheSmallestGap() throws {
        var arena = Arena(capacity: 64 << 20)
        let sizes = [4, 1, 2, 1, 3, 1].map { $0 * block }
        let blocks = try sizes.map { try take($0, from: &arena) }
        for index in [0, 2, 4] { arena.give(blocks[index], sizes[index]) }
        expectBlock(2 * block, from: &arena, at: blocks[2])
        expectBlock(3 * block, from: &arena, at: blocks[4])
        expectBlock(block, from: &arena, at: blocks[0])
    }

    @Test func whatIsTrimmedIsTakenFromTheSystemAgain() throws {
        var arena = Arena(capacity: 64 << 20)
        let first = try take(4 << 20, from: &arena)
        arena.give(first, 4 << 20)
        arena.trim()
        #expect(arena.reserved == 0)
        let again = try take(1 << 20, from: &arena)
        again.storeBytes(of: 7, as: Int.self)
        #expect(arena.reserved == 1 << 20)
        #expect(again.load(as: Int.self) == 7)
    }

    @Test func moreThanItsCapacityIsRefused() throws {
        var arena = Arena(capacity: 8 << 20)
        expectBlock(9 << 20, from: &arena, at: nil)
        let half = try take(6 << 20, from: &arena)
        expectBlock(4 << 20, from: &arena, at: nil)
        arena.give(half, 6 << 20)
        _ = try take(8 << 20, from: &arena)
    }

    private func take(_ bytes: Int, from arena: inout Arena) throws -> UnsafeMutableRawPointer {
        let block = arena.take(bytes)
        return try #require(block)
    }

    private func expectBlock(_ bytes: Int, from arena: inout Arena, at place: UnsafeMutableRawPointer?) {
        let block = arena.take(bytes)
        #expect(block == place)
    }
}
