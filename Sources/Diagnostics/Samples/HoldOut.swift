import LinearAlgebra
import Networks

/// Decides from each row alone whether a sample is held out.
///
/// The rule is a number that follows from the seed and from what must stay on one side: the group
/// of a row, or its inputs. So copies of a row are never on both sides, wherever they stand, and no
/// block size, order or number of workers matters.
struct HoldOut: Sendable {
  /// The share of the samples that was asked for, 0..<1.
  let share: Double
  let seed: UInt64
  /// The rule that decides.
  private(set) var rule: Rule
  /// Rows whose number, as a share of the largest one, is below this are held out.
  private var threshold: Double
  /// Which of the equal parts is held out that the samples fall into, from 0 on.
  private var part = 0

  enum Rule: Sendable, Equatable {
    /// The group of a row, if there are groups, or else its inputs.
    case inputs
    /// Where the row stands: there are so few different inputs that all of them will come again.
    case place
    /// So many rows from this one on are held out, which are the last.
    case last(from: Int, length: Int)
  }

  init(share: Double, seed: UInt64, last rowCount: Int?) {
    precondition(share >= 0 && share < 1, "holdout \(share)")
    (self.share, self.seed, threshold) = (share, seed, share)
    rule =
      rowCount.map { count in
        let length = Int((share * Double(count)).rounded())
        return .last(from: count - length, length: length)
      } ?? .inputs
  }

  /// The number of stretches into which a held-out end is divided; each counts as one sample where
  /// errors are judged.
  private static let stretchCount = 64
  /// With fewer different inputs than this, each repeated several times, all are on both sides.
  private static let fewInputs = 64
  private static let copiesOfFew = 4

  /// The mark of each of some rows: 64 bits in which all that must stay together is the same.
  ///
  /// - Parameters:
  ///   - rows: where they stand in their source.
  ///   - groups: of those rows, if there are any.
  ///   - hashes: of their inputs.
  /// - Returns: one mark for each row.
  func marks(
    ofRows rows: Range<Int>, groups: [UInt64]?, hashes: [UInt64]
  ) -> [UInt64] {
    switch rule {
    case .last(let first, let heldOut):
      let length = max(1, heldOut / Self.stretchCount)
      return rows.map { row in
        let stretch = row >= first ? (row - first) / length : ~((first - 1 - row) / length)
        return mark(UInt64(bitPattern: Int64(stretch)))
      }
    case .inputs: return (groups ?? hashes).map(mark)
    case .place: return rows.map { mark(UInt64($0)) }
    }
  }

  /// Whether a row only judges.
  func isHeldOut(row: Int, mark: UInt64) -> Bool {
    if case .last(let first, let length) = rule {
      return first - part * length <= row && row < first + length - part * length
    }
    let place = Self.share(of: mark)
    return Double(part) * threshold <= place && place < Double(part + 1) * threshold
  }

  /// How many parts of the size that is held out the samples fall into, each of which could be; no more
  /// than five.
  var partCount: Int {
    let most = 5
    return share > 0 ? min(most, Int(1 / max(share, threshold) + 1e-9)) : 0
  }

  /// The same rule with another part held out.
  func holdingOut(part: Int) -> HoldOut {
    var other = self
    other.part = part
    return other
  }

  private func mark(_ key: UInt64) -> UInt64 { mixed(seed &+ mixed(key)) }

  /// The number that a mark's upper bits are, in 0..<1.
  private static func share(of mark: UInt64) -> Double { Double(mark >> 11) * 0x1p-53 }
}

extension HoldOut: Equatable {
  /// The rule as numbers of 64 bits.
  var numbers: [UInt64] {
    let (kind, first, length): (UInt64, Int, Int) =
      switch rule {
      case .inputs: (0, 0, 0)
      case .place: (1, 0, 0)
      case .last(let first, let length): (2, first, length)
      }
    return [
      share.bitPattern, seed, kind, UInt64(bitPattern: Int64(first)),
      UInt64(bitPattern: Int64(length)), threshold.bitPattern,
    ]
  }

  /// The rule that such numbers say; `nil` if they cannot be one.
  init?(numbers: [UInt64]) {
    guard numbers.count == 6, numbers[3] < 1 << 53, numbers[4] < 1 << 53 else { return nil }
    let (share, threshold) = (
      Double(bitPattern: numbers[0]), Double(bitPattern: numbers[5])
    )
    guard share >= 0, share < 1, (0...1).contains(threshold) else { return nil }
    self.init(share: share, seed: numbers[1], last: nil)
    self.threshold = threshold
    switch numbers[2] {
    case 0: rule = .inputs
    case 1: rule = .place
    case 2: rule = .last(from: Int(numbers[3]), length: Int(numbers[4]))
    default: return nil
    }
  }

  /// The rule fitted to the samples: with few groups, as many are held out as reach the share that
  /// was asked for; few different inputs are on both sides.
  ///
  /// - Parameters:
  ///   - groups: of all samples, if there are any.
  ///   - hashes: of the inputs of all samples, where they are known.
  /// - Returns: the rule to use.
  func fitted(groups: [UInt64]?, hashes: [UInt64]?) -> HoldOut {
    guard share > 0, rule == .inputs else { return self }
    var fitted = self
    if let groups {
      fitted.threshold = threshold(holding: groups)
    } else if let hashes {
      let different = Set(hashes).count
      if different < Self.fewInputs, hashes.count >= Self.copiesOfFew * different {
        fitted.rule = .place
      }
    }
    return fitted
  }

  /// The threshold below which the groups hold a share of the rows that is nearest to the one asked for;
  /// none of all groups, and one at least where there are two.
  private func threshold(holding groups: [UInt64]) -> Double {
    var counts: [Double: Int] = [:]
    for group in groups { counts[Self.share(of: mark(group)), default: 0] += 1 }
    let order = counts.sorted { $0.key < $1.key }
    let wanted = share * Double(groups.count)
    var (held, best) = (0.0, (threshold: 0.0, distance: Double.infinity))
    for place in order.indices.dropLast() {
      held += Double(order[place].value)
      let distance = (held - wanted).magnitude
      if distance < best.distance { best = (order[place + 1].key, distance) }
    }
    return best.threshold
  }
}
