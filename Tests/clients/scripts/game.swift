#!/usr/bin/env swift
//
//  A small dungeon simulation: a seeded generator, a map, monsters that hunt, a hero who plays by simple rules.
//
import Foundation
// ---
// MARK: - Random numbers
// ---
/// A generator whose numbers are the same on every machine.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
// ---
var random = SplitMix64(seed: 20_240_611)
// ---
// MARK: - Geometry
// ---
struct Point: Hashable, Comparable, CustomStringConvertible {
    var x: Int, y: Int
    static let zero = Point(x: 0, y: 0)
    static func < (a: Point, b: Point) -> Bool { (a.y, a.x) < (b.y, b.x) }
    static func + (a: Point, b: Point) -> Point { Point(x: a.x + b.x, y: a.y + b.y) }
    static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
    static func += (a: inout Point, b: Point) { a = a + b }
    var description: String { "(\(x), \(y))" }
    func distance(to other: Point) -> Int { abs(x - other.x) + abs(y - other.y) }
}
// ---
enum Direction: CaseIterable {
    case north, east, south, west
    var step: Point {
        switch self {
        case .north: Point(x: 0, y: -1)
        case .east: Point(x: 1, y: 0)
        case .south: Point(x: 0, y: 1)
        case .west: Point(x: -1, y: 0)
        }
    }
    var opposite: Direction {
        let all = Direction.allCases
        return all[(all.firstIndex(of: self)! + 2) % all.count]
    }
}
// ---
extension Point {
    var neighbours: [Point] { Direction.allCases.map { self + $0.step } }
}
// ---
// MARK: - The map
// ---
enum Tile: Character {
    case wall = "#"
    case floor = "."
    case door = "+"
    case stairs = ">"

    var isPassable: Bool { self != .wall }
}
// ---
struct Grid<Element> {
    let width: Int, height: Int
    private var cells: [Element]

    init(width: Int, height: Int, filledWith element: Element) {
        self.width = width
        self.height = height
        cells = Array(repeating: element, count: width * height)
    }

    func contains(_ p: Point) -> Bool { (0..<width).contains(p.x) && (0..<height).contains(p.y) }

    subscript(p: Point) -> Element {
        get {
            precondition(contains(p), "\(p) is outside of the grid")
            return cells[p.y * width + p.x]
        }
        set { cells[p.y * width + p.x] = newValue }
    }

    var points: some Sequence<Point> {
        (0..<height).lazy.flatMap { y in (0..<width).lazy.map { x in Point(x: x, y: y) } }
    }
}
// ---
extension Grid where Element == Tile {
    func rendered(over things: [Point: Character] = [:]) -> String {
        (0..<height).map { y in
            String(
                (0..<width).map { x in
                    let p = Point(x: x, y: y)
                    return things[p] ?? self[p].rawValue
                })
        }.joined(separator: "\n")
    }
}
// ---
struct Room {
    var origin: Point
    var size: (width: Int, height: Int)
    var centre: Point { Point(x: origin.x + size.width / 2, y: origin.y + size.height / 2) }

    func overlaps(_ other: Room) -> Bool {
        !(origin.x + size.width < other.origin.x || other.origin.x + other.size.width < origin.x
            || origin.y + size.height < other.origin.y || other.origin.y + other.size.height < origin.y)
    }
}
// ---
func carve(_ room: Room, in map: inout Grid<Tile>) {
    for y in room.origin.y..<room.origin.y + room.size.height {
        for x in room.origin.x..<room.origin.x + room.size.width {
            map[Point(x: x, y: y)] = .floor
        }
    }
}
// ---
func dig(from a: Point, to b: Point, in map: inout Grid<Tile>) {
    var here = a
    while here.x != b.x {
        map[here] = .floor
        here.x += (b.x - here.x).signum()
    }
    while here.y != b.y {
        map[here] = .floor
        here.y += (b.y - here.y).signum()
    }
    map[b] = .floor
}
// ---
func makeMap(width: Int, height: Int, rooms wanted: Int, using random: inout some RandomNumberGenerator)
    -> (map: Grid<Tile>, rooms: [Room])
{
    var map = Grid<Tile>(width: width, height: height, filledWith: .wall)
    var rooms: [Room] = []
    attempts: for _ in 0..<wanted * 10 where rooms.count < wanted {
        let w = Int.random(in: 4...8, using: &random), h = Int.random(in: 3...5, using: &random)
        let room = Room(
            origin: Point(
                x: Int.random(in: 1..<(width - w - 1), using: &random),
                y: Int.random(in: 1..<(height - h - 1), using: &random)),
            size: (w, h))
        for other in rooms where room.overlaps(other) { continue attempts }
        carve(room, in: &map)
        if let last = rooms.last { dig(from: last.centre, to: room.centre, in: &map) }
        rooms.append(room)
    }
    map[rooms[rooms.count - 1].centre] = .stairs
    return (map, rooms)
}
// ---
// MARK: - Creatures
// ---
protocol Creature: AnyObject {
    var name: String { get }
    var symbol: Character { get }
    var position: Point { get set }
    var health: Int { get set }
    var attack: ClosedRange<Int> { get }
    func move(in world: World) -> Point?
}

extension Creature {
    var isAlive: Bool { health > 0 }
    func hit(_ other: any Creature, using random: inout SplitMix64) -> String {
        let damage = Int.random(in: attack, using: &random)
        other.health -= damage
        return "\(name) hits \(other.name) for \(damage)\(other.isAlive ? "" : ", who dies")"
    }
}

class Monster: Creature {
    let name: String
    let symbol: Character
    var position: Point
    var health: Int
    let attack: ClosedRange<Int>
    init(_ name: String, _ symbol: Character, at position: Point, health: Int, attack: ClosedRange<Int>) {
        (self.name, self.symbol, self.position, self.health, self.attack) = (name, symbol, position, health, attack)
    }
    func move(in world: World) -> Point? {
        guard position.distance(to: world.hero.position) < 9 else { return nil }
        return world.path(from: position, to: world.hero.position)?.first
    }
}

final class Bat: Monster {
    private var turns = 0
    init(at position: Point) { super.init("a bat", "b", at: position, health: 3, attack: 1...2) }
    override func move(in world: World) -> Point? {
        turns += 1
        return turns.isMultiple(of: 2)
            ? super.move(in: world) : position.neighbours.filter(world.isFree).randomElement(using: &random)
    }
}

final class Hero: Creature {
    let name = "the hero"
    let symbol: Character = "@"
    var position: Point
    var health = 40 {
        didSet { if health < oldValue { wounds.append(oldValue - health) } }
    }
    let attack = 3...7
    private(set) var wounds: [Int] = []
    init(at position: Point) { self.position = position }

    func move(in world: World) -> Point? {
        let near = world.monsters.filter { $0.isAlive && $0.position.distance(to: position) <= 5 }
        if let target = near.min(by: { $0.position.distance(to: position) < $1.position.distance(to: position) }),
            let path = world.path(from: position, to: target.position)
        {
            return path.first
        }
        return world.path(from: position, to: world.exit)?.first
    }
}

// MARK: - The world

final class World {
    let map: Grid<Tile>
    let hero: Hero
    var monsters: [Monster] = []
    let exit: Point
    private(set) var log: [String] = []
    lazy var floorCount = map.points.filter { self.map[$0].isPassable }.count

    init(map: Grid<Tile>, rooms: [Room], using random: inout SplitMix64) {
        self.map = map
        hero = Hero(at: rooms[0].centre)
        exit = rooms[rooms.count - 1].centre
        for (index, room) in rooms.enumerated().dropFirst() {
            switch (index, Int.random(in: 0..<6, using: &random)) {
            case (_, 0...1): monsters.append(Bat(at: room.centre))
            case (let n, 2...3) where n > 2:
                monsters.append(Monster("an orc", "o", at: room.centre, health: 9, attack: 2...4))
            case (_, 4): monsters.append(Monster("a rat", "r", at: room.centre, health: 4, attack: 1...3))
            default: break
            }
        }
    }

    func isFree(_ p: Point) -> Bool { map.contains(p) && map[p].isPassable }

    /// The shortest way, without its start.
    func path(from start: Point, to goal: Point) -> [Point]? {
        var before: [Point: Point] = [start: start]
        var queue = [start], head = 0
        search: while head < queue.count {
            let here = queue[head]
            head += 1
            for next in here.neighbours where isFree(next) && before[next] == nil {
                before[next] = here
                if next == goal { break search }
                queue.append(next)
            }
        }
        guard before[goal] != nil else { return nil }
        var path: [Point] = []
        var here = goal
        while here != start, let previous = before[here] {
            path.append(here)
            here = previous
        }
        return path.reversed()
    }

    func turn(using random: inout SplitMix64) {
        act(hero, using: &random)
        for monster in monsters where monster.isAlive && hero.isAlive { act(monster, using: &random) }
        monsters.removeAll { !$0.isAlive }
    }

    private func act(_ creature: any Creature, using random: inout SplitMix64) {
        guard let target = creature.move(in: self) else { return }
        defer { assert(isFree(creature.position)) }
        if creature === hero, let foe = monsters.first(where: { $0.isAlive && $0.position == target }) {
            log.append(creature.hit(foe, using: &random))
        } else if creature !== hero, target == hero.position {
            log.append(creature.hit(hero, using: &random))
        } else if !monsters.contains(where: { $0.position == target && $0.isAlive }) {
            creature.position = target
        }
    }

    var things: [Point: Character] {
        var things = Dictionary(monsters.map { ($0.position, $0.symbol) }, uniquingKeysWith: { first, _ in first })
        things[hero.position] = hero.symbol
        return things
    }
}
// ---
// MARK: - The game
// ---
enum Outcome: Equatable { case won(turns: Int), died(turns: Int), lost }
// ---
func play(_ world: World, limit: Int = 500) -> Outcome {
    for turn in 1...limit {
        world.turn(using: &random)
        if !world.hero.isAlive { return .died(turns: turn) }
        if world.hero.position == world.exit { return .won(turns: turn) }
    }
    return .lost
}
// ---
let (map, rooms) = makeMap(width: 60, height: 20, rooms: 9, using: &random)
print("A map with \(rooms.count) rooms")
let world = World(map: map, rooms: rooms, using: &random)
print(world.map.rendered(over: world.things))
print("passable:", world.floorCount, "monsters:", world.monsters.map(\.name).sorted())
// ---
let outcome = play(world)
for line in world.log.prefix(12) { print(" -", line) }
switch outcome {
case .won(let turns): print("The hero reaches the stairs after \(turns) turns with \(world.hero.health) health.")
case .died(let turns): print("The hero dies in turn \(turns).")
case .lost: print("The hero is lost.")
}
// ---
print("wounds:", world.hero.wounds)
// ---
// MARK: - Many games
// ---
var results: [String: Int] = [:]
for seed in 1...20 as ClosedRange<UInt64> {
    random = SplitMix64(seed: seed)
    let (map, rooms) = makeMap(width: 50, height: 18, rooms: 7, using: &random)
    guard rooms.count > 2 else { continue }
    let world = World(map: map, rooms: rooms, using: &random)
    let key =
        switch play(world) {
        case .won: "won"
        case .died: "died"
        case .lost: "lost"
        }
    results[key, default: 0] += 1
}
// ---
for (key, count) in results.sorted(by: { $0.key < $1.key }) {
    print(key.padding(toLength: 6, withPad: " ", startingAt: 0), String(repeating: "*", count: count))
}
// ---
