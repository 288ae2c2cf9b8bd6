import TestSupport
import Testing

@testable import HDF5

/// Dimensions that a dataset has no bytes for. The library takes memory for all of them before it reads.
@Suite struct DimensionTests {
  static let file = "hostile/model-4-3-2.h5"

  /// The file with other dimensions in the header of every dataset of 4 × 3 numbers.
  private func image(_ lengths: [UInt64], largest: [UInt64]) throws -> [UInt8] {
    func body(_ numbers: [UInt64]) -> [UInt8] {
      [1, 2, 1, 0, 0, 0, 0, 0]
        + numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
    }
    var image = try bytes(of: fixturePath(Self.file))
    let places = image.ranges(of: body([4, 3, 4, 3])).map(\.lowerBound)
    #expect(!places.isEmpty)
    for place in places {
      let changed = body(lengths + largest)
      image.replaceSubrange(place..<place + changed.count, with: changed)
    }
    return image
  }

  @Test("a dataset in one piece that is longer than the piece is damaged")
  func tooLong() throws {
    for lengths: [UInt64] in [[5, 3], [4, 1 << 24], [1 << 40, 1 << 40]] {
      let file = try File(image: try image(lengths, largest: lengths), named: "a.h5")
      #expect(Contents(of: file).errors.damagedParts == ["header"], "\(lengths)")
    }
  }

  @Test("a dataset that is longer than it may become is damaged")
  func longerThanLargest() throws {
    let file = try File(image: try image([2, 3], largest: [4, 2]), named: "a.h5")
    #expect(Contents(of: file).errors.damagedParts == ["header"])
  }

  @Test("a dataset in one piece that is shorter than the piece is read")
  func shorter() throws {
    let contents = Contents(
      of: try File(image: try image([2, 3], largest: [4, 3]), named: "a.h5"))
    #expect(contents.errors == [])
    #expect(contents.shapes.values.contains([2, 3]))
  }
}
