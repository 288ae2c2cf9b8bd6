@testable import HDF5
@testable import Loader
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The optimizer's state of a grown model")
struct OptimizerStateTests {
  @Test("Slots are found in both orders, and nothing is guessed")
  func orders() {
    let (kernel, bias, next) = ([5, 4], [4], [4, 1])
    func orders(_ shapes: [[Int]]) -> [[Int]] {
      OptimizerState.orders(shapes[...], [kernel, bias, next])
    }
    #expect(orders([kernel, bias, next]) == [[0, 1, 2]])
    #expect(orders([kernel, kernel, bias, bias, next, next]) == [[0, 0, 1, 1, 2, 2]])
    #expect(orders([kernel, bias, next, kernel, bias, next]) == [[0, 1, 2, 0, 1, 2]])
    // Adam with AMSGrad has both.
    #expect(
      orders([kernel, kernel, bias, bias, next, next, kernel, bias, next])
        == [[0, 0, 1, 1, 2, 2, 0, 1, 2]])
    #expect(orders([kernel, bias]) == [])
    #expect(orders([]) == [[]])
    // Two kernels of one shape and no biases: both orders fit.
    #expect(
      OptimizerState.orders([[4, 4], [4, 4], [4, 4], [4, 4]], [[4, 4], [4, 4]]).count == 2)
  }

  @Test(
    "It keeps what it knows of old weights, and has zeros for new ones",
    arguments: ["digits-keras2/model.h5", "digits-keras3/digits.keras"])
  func padded(_ fixture: String) throws {
    try withTemporaryFolder { folder in
      let model = try loadModel(at: fixturePath(fixture))
      let isArchive = fixture.hasSuffix(".keras")
      let path = "\(folder)/out.\(isArchive ? "keras" : "h5")"
      let written = try write(
        model.network.grownAtRandom(layer: 0, count: 3, seed: 1), grownFrom: model, to: path,
        options: WritingOptions())
      #expect(!written.notes.contains { $0.contains("optimizer") })
      func datasets(_ path: String) throws -> [Dataset] {
        isArchive
          ? try KerasArchive(path).optimizerDatasets()
          : try #require(try KerasH5Model(File(path))).optimizerDatasets()
      }
      let (old, new) = (try datasets(fixturePath(fixture)), try datasets(path))
      try #require(old.count == new.count && old.count > 2)
      var widened = 0
      for (before, after) in zip(old, new) {
        let (numbers, padded) = (
          try before.decoded(before.encodedElements()), try after.decoded(after.encodedElements())
        )
        guard before.shape != after.shape else {
          #expect(numbers == padded)
          continue
        }
        widened += 1
        #expect(zip(before.shape, after.shape).allSatisfy { $0 == $1 || $0 + 3 == $1 })
        let (height, width) = (
          before.shape.count == 2 ? before.shape[0] : 1, before.shape.last ?? 0
        )
        let newWidth = after.shape.last ?? 0
        for place in padded.indices {
          let (row, column) = (place / newWidth, place % newWidth)
          let isOld = row < height && column < width
          #expect(padded[place] == (isOld ? numbers[row * width + column] : 0))
        }
      }
      // Kernel and bias of the layer, and the kernel after it.
      #expect(widened % 3 == 0 && widened > 0)
    }
  }
}
