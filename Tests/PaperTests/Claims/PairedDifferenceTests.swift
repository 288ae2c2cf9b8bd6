import Testing

@testable import tiny_paper

struct PairedDifferenceTests {
  @Test("A paired difference does not see what pairs have in common")
  func pairs() throws {
    let difference = try #require(PairedDifference([1.5, 100.5, 3], minus: [1, 100, 4]))
    #expect(difference.spread.mean == 0)
    #expect(difference.wins == 2)
    #expect(PairedDifference([], minus: []) == nil)
  }
}
