import LinearAlgebra
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Tree of ranges")
struct RangeTreeTests {
  /// A number that tells in which order sums were added: neither commutative nor associative.
  struct Traced: RangeSums, Equatable {
    var value: Double

    mutating func merge(_ other: Traced) { value = 0.7 * value + 1 / (2 + other.value) }
    mutating func carry(in stream: inout NumberStream) { stream.carry(&value) }
  }

  /// What the definition says: the children of each node one after the other.
  private func sum(_ values: ArraySlice<Double>, level: Int, fanIn: Int) -> Traced? {
    guard level > 0 else { return values.first.map { Traced(value: $0) } }
    let span = (1..<level).reduce(1) { span, _ in span * fanIn }
    var total: Traced?
    for start in stride(from: values.startIndex, to: values.endIndex, by: span) {
      let child = sum(
        values[start..<min(start + span, values.endIndex)], level: level - 1, fanIn: fanIn)
      guard let child else { continue }
      if total?.merge(child) == nil { total = child }
    }
    return total
  }

  @Test("adds the children of each node in order, whoever has them", arguments: 1..<25)
  func order(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let (rangeCount, fanIn) = (Int.random(in: 1...80, using: &random), 2 + seed % 8)
    let values = (0..<rangeCount).map { _ in Double.random(in: 0...1, using: &random) }
    let tree = RangeTree(rangeCount, fanIn: fanIn)
    let expected = sum(values[...], level: 7, fanIn: fanIn)
    for count in [1, 2, 3, 5, rangeCount + 1] {
      let found = try await Crew.results(of: count) { member in
        var running = RunningSums<Traced>()
        for place in member.ranges(of: tree) {
          try await member.add(
            Traced(value: values[place]), of: .range(place), in: tree, to: &running, channel: 0)
        }
        return try await member.shared(
          running.total, empty: Traced(value: 0), of: tree, channel: 0)
      }
      #expect(found.allSatisfy { $0 == expected })
    }
    // The same where somebody else has added some nodes.
    let cut = Int.random(in: 0...rangeCount, using: &random)
    var running = RunningSums<Traced>()
    for ranges in [0..<cut, cut..<rangeCount] {
      for node in tree.nodes(of: ranges) {
        let own = try #require(
          sum(values[tree.ranges(of: node)], level: node.level, fanIn: fanIn))
        try await OneProcess().add(own, of: node, in: tree, to: &running, channel: 0)
      }
    }
    #expect(running.total == expected)
  }

  @Test("is shared out evenly, in few pieces")
  func evenness() async throws {
    for rangeCount in [1, 7, 31, 125, 500, 4000] {
      let tree = RangeTree(rangeCount)
      for count in [1, 2, 3, 5, 8, 64] {
        let counts = try await Crew.results(of: count) { $0.ranges(of: tree).count }
        #expect(counts.reduce(0, +) == rangeCount)
        let evenly = (rangeCount + count - 1) / count
        #expect(counts.max() ?? 0 <= evenly + (evenly + 7) / 8)
      }
    }
    // Of 31 ranges two processes hand on no more than what is between four nodes, and the total.
    let tree = RangeTree(31)
    let (_, messageCount) = try await Crew.counted(2) { member in
      var running = RunningSums<Traced>()
      for place in member.ranges(of: tree) {
        try await member.add(
          Traced(value: 1), of: .range(place), in: tree, to: &running, channel: 0)
      }
      _ = try await member.shared(running.total, empty: Traced(value: 0), of: tree, channel: 0)
    }
    #expect(messageCount == 4)
  }

  @Test("has shares that meet, whatever their number")
  func shares() throws {
    for rangeCount in [2, 7, 31, 64, 125, 500, 3953, 40_000] {
      let tree = RangeTree(rangeCount)
      let most = StatisticsShare.most(of: tree)
      for count in Set([1, 2, 3, 4, 8, 10, 61, most]) where count <= most {
        let shares = try (1...count).map { try #require(StatisticsShare($0, of: count)) }
          .map { $0.ranges(of: tree) }
        #expect(shares.allSatisfy { !$0.isEmpty })
        #expect(shares.first?.lowerBound == 0 && shares.last?.upperBound == rangeCount)
        #expect(zip(shares, shares.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        let twice = try #require(StatisticsShare(2, of: 2 * count)).ranges(of: tree)
        #expect(twice.upperBound == shares[0].upperBound)
        let even = Double(rangeCount) / Double(count)
        // A bound moves by less than what no share divides, which is little beside a 64th.
        let deviation = 2 * max(1, Double(rangeCount) / 512)
        for share in shares {
          #expect(abs(Double(share.count) - even) < deviation)
          let nodes = tree.nodes(of: share)
          #expect(nodes.flatMap { tree.ranges(of: $0) } == Array(share))
          #expect(nodes.count <= 14 * tree.height + 1)
        }
      }
    }
  }
}
