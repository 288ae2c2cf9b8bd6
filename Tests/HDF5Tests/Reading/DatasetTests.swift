import LinearAlgebra
import HDF5
import TestSupport
import Testing

@Suite struct DatasetTests {
  /// Values every number type holds exactly.
  private func smallNumbers(_ count: Int, seed: Int, boolean: Bool) -> [Double] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in Double(Int.random(in: 0...(boolean ? 1 : 100), using: &generator))
    }
  }

  @Test(
    "every number type is read as Float, as Double and, if integral, as Int64",
    arguments: HDF5Writer.Stored.allCases)
  func numberTypes(_ stored: HDF5Writer.Stored) throws {
    try withTemporaryFolder { folder in
      let numbers = smallNumbers(12, seed: 1, boolean: stored == .boolean)
      try HDF5Writer("\(folder)/a.h5").dataset("g/x", numbers, shape: [4, 3], as: stored)
      let dataset = try File("\(folder)/a.h5").root.dataset("g/x")
      #expect(dataset.path == "/g/x")
      #expect(dataset.shape == [4, 3])
      #expect(try dataset.allFloats() == numbers.map { Float($0) })
      #expect(try dataset.allDoubles() == numbers)
      if dataset.elementType.isIntegral {
        #expect(try dataset.integers(rows: 0..<4) == numbers.map { Int64($0) })
      } else {
        #expect(throws: HDF5Error.self) { try dataset.integers(rows: 0..<4) }
      }
    }
  }

  @Test("rows of any range, rank and layout are those of the whole", arguments: 1...12)
  func rows(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let shape = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      Int.random(in: 1...9, using: &generator)
    }
    let chunk = shape.map { Int.random(in: 1...$0, using: &generator) }
    let layouts: [HDF5Writer.Layout] = [
      .contiguous, .chunked(chunk), .chunked(chunk, deflate: true),
    ]
    let stored = try #require(HDF5Writer.Stored.allCases.randomElement(using: &generator))
    let numbers = smallNumbers(shape.reduce(1, *), seed: seed, boolean: stored == .boolean)
    try withTemporaryFolder { folder in
      for layout in layouts {
        try HDF5Writer("\(folder)/a.h5")
          .dataset("x", numbers, shape: shape, as: stored, layout: layout)
        let dataset = try File("\(folder)/a.h5").root.dataset("/x")
        let width = dataset.rowWidth
        #expect(dataset.rowCount * width == numbers.count)
        for _ in 0..<5 {
          let first = Int.random(in: 0...shape[0], using: &generator)
          let last = Int.random(in: first...shape[0], using: &generator)
          var read = [Float](repeating: -1, count: (last - first) * width + 3)
          try dataset.read(rows: first..<last, into: &read, at: 2)
          let expected = numbers[first * width..<last * width].map { Float($0) }
          #expect(read == [-1, -1] + expected + [-1])
        }
      }
    }
  }

  @Test("chunks larger than the library's own cache are read in any order of blocks")
  func largeChunks() throws {
    try withTemporaryFolder { folder in
      let (rows, width) = (700, 900)
      let numbers = smallNumbers(rows * width, seed: 3, boolean: false)
      try HDF5Writer("\(folder)/a.h5").dataset(
        "x", numbers, shape: [rows, width], layout: .chunked([500, 900], deflate: true))
      let dataset = try File("\(folder)/a.h5").root.dataset("x")
      for first in [600, 0, 450, 100] {
        var block = [Float](repeating: 0, count: 100 * width)
        try dataset.read(rows: first..<first + 100, into: &block)
        #expect(block == numbers[first * width..<(first + 100) * width].map { Float($0) })
      }
    }
  }

  @Test("a scalar is one row of one element, and an empty dataset has no rows")
  func scalarAndEmpty() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.dataset("scalar", [7], shape: [])
        writer.dataset("empty", nil, shape: [0, 5])
      }
      let root = try File("\(folder)/a.h5").root
      #expect(try root.dataset("scalar").shape == [])
      #expect(try root.dataset("scalar").allDoubles() == [7])
      #expect(try root.dataset("empty").allFloats() == [])
    }
  }

  @Test("an integer above 2^53 keeps its last bit")
  func largeIntegers() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").dataset("x", [0x1p62, -0x1p62], shape: [2], as: .int64)
      let dataset = try File("\(folder)/a.h5").root.dataset("x")
      #expect(try dataset.integers(rows: 0..<2) == [1 << 62, -(1 << 62)])
    }
  }

  @Test("a number beyond Float is infinite, so that the caller sees it")
  func overflow() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").dataset("x", [1e300, 1], shape: [2], as: .float64)
      #expect(try File("\(folder)/a.h5").root.dataset("x").allFloats() == [.infinity, 1])
    }
  }

  @Test("many tasks read one dataset at once")
  func concurrency() async throws {
    let numbers = smallNumbers(4000, seed: 5, boolean: false)
    // An open file outlives its name.
    let dataset = try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").dataset(
        "x", numbers, shape: [400, 10], layout: .chunked([7, 10], deflate: true))
      return try File("\(folder)/a.h5").root.dataset("x")
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for first in stride(from: 0, to: 400, by: 20) {
        group.addTask {
          var block = [Float](repeating: 0, count: 200)
          try dataset.read(rows: first..<first + 20, into: &block)
          return block == numbers[first * 10..<first * 10 + 200].map { Float($0) }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}
