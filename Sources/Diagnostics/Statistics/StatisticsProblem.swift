/// Why no part can be made, or parts do not make a diagnosis.
package enum StatisticsProblem: Error, Equatable, CustomStringConvertible {
  /// There are too few ranges for so many shares: this one has none.
  case emptyShare(StatisticsShare, most: Int)
  /// Parts, by their place among those given, that do not go with the model or with the first one.
  case otherModel(part: Int)
  case otherSamples(part: Int)
  case otherOptions(part: Int)
  /// Two parts have the same samples.
  case givenTwice(part: Int, other: Int)
  /// No part has some samples.
  case missing(rows: String)
  /// The numbers of a part cannot be what was written.
  case damaged(part: Int)
  /// A sample is needed that no part has kept.
  case rowNotKept(Int)
  /// Nothing was given.
  case noParts

  /// The parts at fault, by their places among those given; empty where it is all of them.
  package var parts: [Int] {
    switch self {
    case .otherModel(let part), .otherSamples(let part), .otherOptions(let part),
      .damaged(let part):
      [part]
    case .givenTwice(let part, let other): [other, part]
    case .emptyShare, .missing, .rowNotKept, .noParts: []
    }
  }

  /// The problem and its remedy, for a person.
  package var description: String {
    switch self {
    case .emptyShare(let share, let most):
      """
      so few samples cannot be cut into \(share.count) shares
        take \(most) or fewer
      """
    case .otherModel:
      """
      this part is of another model, or of the model before it was trained on
        make all parts from the same file
      """
    case .otherSamples:
      """
      this part is of other samples: their number or the first of them differ
        give every process all sample files, in the same order
      """
    case .otherOptions:
      """
      this part was made with other options: what is held out differs, or the precision
        make all parts with the same options but for the share
      """
    case .givenTwice:
      """
      both parts have the same samples
        give every share once, all of them shares of the same number
      """
    case .missing(let rows):
      """
      no part has the sample rows \(rows)
        give the parts of all shares
      """
    case .damaged:
      """
      the sums in this part are damaged
        make it again
      """
    case .rowNotKept(let row):
      """
      sample row \(row) is needed, and no part has kept it: a number in the network overflows
        let one process find the sample that is at fault, from all samples
      """
    case .noParts: "no parts are given"
    }
  }
}
