import HDF5
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// A model of two features and three outputs, and files that `write` fills, by their names.
private func withFiles<Result>(
  _ names: [String] = ["a.h5", "b.h5"], loss: String? = "sparse_categorical_crossentropy",
  _ write: (HDF5Writer, String) -> Void,
  _ body: (_ model: LoadedModel, _ folder: String) throws -> Result
) throws -> Result {
  try withSamples(loss: loss) { _ in
  } _: { model, _, folder in
    for name in names { write(try HDF5Writer("\(folder)/\(name)"), name) }
    return try body(model, folder)
  }
}

private func options(_ names: [String], in folder: String) -> SampleOptions {
  var options = SampleOptions()
  options.data = names.map { "\(folder)/\($0)" }
  return options
}

@Suite("Several files as one") struct JoiningTests {
  @Test("blocks of any range are those of the joined rows", arguments: 1...4)
  func blocks(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    // More files than stay open, some without rows.
    let counts = (0..<9).map { _ in Int.random(in: 0...5, using: &generator) } + [2]
    let rowCount = counts.reduce(0, +)
    let inputs = (0..<rowCount * 2).map { _ in Double(Int.random(in: -9...9, using: &generator)) }
    let labels = (0..<rowCount).map { _ in Double(Int.random(in: 0...2, using: &generator)) }
    var first = 0
    try withFiles(counts.indices.map { "\($0).h5" }) { writer, name in
      let count = counts[Int(name.dropLast(3)) ?? 0]
      let rows = first..<first + count
      writer.dataset("x", Array(inputs[2 * first..<2 * rows.upperBound]), shape: [count, 2])
      writer.dataset("y", Array(labels[rows]), shape: [count], as: .int8)
      writer.dataset("w", rows.map { Double($0 + 1) }, shape: [count], as: .float64)
      first += count
    } _: { model, folder in
      let samples = try openSamples(for: model, options(["[0-9].h5"], in: folder)).training
      #expect(samples.sampleCount == rowCount && samples.path == "\(folder)/[0-9].h5")
      let mean = Double(rowCount + 1) / 2
      var block = Matrix<Float>(rows: 0, columns: 0)
      for _ in 0..<30 {
        let bounds = [0, 1].map { _ in Int.random(in: 0...rowCount, using: &generator) }
        let range = min(bounds[0], bounds[1])..<max(bounds[0], bounds[1])
        let targets = try samples.read(range, into: &block)
        #expect(
          block.storage == inputs[2 * range.lowerBound..<2 * range.upperBound].map { Float($0) })
        #expect(targets == .labels(labels[range].map { Int($0) }))
        let weights = try #require(try samples.readWeights(range))
        for (weight, row) in zip(weights, range) {
          #expect(abs(weight - Double(row + 1) / mean) < 1e-14)
        }
      }
    }
  }

  @Test("a dataset may stand for more rows than it has, which are read elsewhere")
  func standIns() throws {
    func write(_ writer: HDF5Writer, _ name: String, rows: Int) {
      let isWhole = name == "b.h5"
      writer.dataset("x", (0..<(isWhole ? 6 : 2)).map(Double.init), shape: [isWhole ? 3 : 1, 2])
      writer.dataset("y", [0, 1, 2], shape: [3], as: .int8)
      if !isWhole { writer.attribute("tiny_diagnose_rows", of: "x", integer: rows) }
    }
    try withFiles {
      write($0, $1, rows: 3)
    } _: { model, folder in
      let samples = try openSamples(for: model, options(["[ab].h5"], in: folder)).training
      #expect(samples.sampleCount == 6)
      var block = Matrix<Float>(rows: 0, columns: 0)
      #expect(try samples.read(3..<6, into: &block) == .labels([0, 1, 2]))
      #expect(block.storage == [0, 1, 2, 3, 4, 5])
      _ = try samples.read(0..<1, into: &block)
      #expect(block.storage == [0, 1])
      let error = #expect(throws: ModelError.self) { try samples.read(1..<4, into: &block) }
      #expect(
        error?.description
          == "\(folder)/a.h5: /x: stands for more rows than the 1 that it holds")
      #expect(error?.advice == "read the other rows on the machine that has them")
    }
    for rows in [0, -1, 1 << 50] {
      _ = try withFiles {
        write($0, $1, rows: rows)
      } _: { model, folder in
        #expect(throws: ModelError.self) {
          try openSamples(for: model, options(["[ab].h5"], in: folder))
        }
      }
    }
  }

  @Test("words and groups are numbered over all files")
  func words() throws {
    let words = ["a.h5": ["cat", "ape"], "b.h5": ["dog", "cat"]]
    try withFiles { writer, name in
      writer.dataset("x", [1, 2, 3, 4], shape: [2, 2])
      writer.texts("y", words[name] ?? [], as: name == "a.h5" ? .variable : .nullPadded)
      writer.texts("who", name == "a.h5" ? ["s", "t"] : ["u", "s"])
    } _: { model, folder in
      var options = options(["b.h5", "a.h5"], in: folder)
      options.groups = "who"
      let samples = try openSamples(for: model, options).training
      var block = Matrix<Float>(rows: 0, columns: 0)
      #expect(try samples.read(0..<4, into: &block) == .labels([1, 0, 2, 1]))
      let groups = try #require(samples.readGroups(0..<4))
      #expect(groups[0] == groups[3] && Set(groups).count == 3)
      #expect(samples.notes.first == "2 files are read as one, in the order of their names.")
    }
  }

  @Test("reversed sides are told by the files in which they are clear")
  func reversed() throws {
    // As Julia writes (2, n): the first file's two rows could be either.
    try withFiles { writer, name in
      let count = name == "a.h5" ? 2 : 3
      writer.dataset("x", (0..<2 * count).map(Double.init), shape: [2, count])
      writer.dataset("y", [Double](repeating: 1, count: count), shape: [1, count], as: .int8)
    } _: { model, folder in
      let samples = try openSamples(for: model, options(["[ab].h5"], in: folder)).training
      var block = Matrix<Float>(rows: 0, columns: 0)
      _ = try samples.read(0..<5, into: &block)
      #expect(block.storage == [0, 2, 1, 3, 0, 3, 1, 4, 2, 5])
    }
  }

  @Test("held-out samples may stand in several files, too")
  func heldOut() throws {
    try withFiles(["a.h5", "b.h5", "v1.h5", "v2.h5"]) { writer, name in
      writer.dataset("x", [1, 2, 3, 4], shape: [2, 2])
      writer.dataset("y", [0, 1], shape: [2], as: .int8)
      guard name == "b.h5" else { return }
      writer.dataset("validation/inputs", [1, 2, 3, 4, 5, 6], shape: [3, 2])
      writer.dataset("validation/targets", [0, 1, 2], shape: [3], as: .int8)
    } _: { model, folder in
      var options = options(["[ab].h5"], in: folder)
      let beside = try openSamples(for: model, options)
      #expect(beside.validation?.sampleCount == 3)
      options.validation = "\(folder)/v*.h5"
      let apart = try openSamples(for: model, options)
      #expect(apart.validation?.sampleCount == 4)
    }
  }
}

@Suite("Files that cannot be read as one") struct UnfitFilesTests {
  /// What opening and reading `a.h5` and `b.h5` says.
  private func message(
    _ names: [String] = ["[ab].h5"], change: (inout SampleOptions, String) -> Void = { _, _ in },
    _ write: (HDF5Writer, _ isFirst: Bool) -> Void
  ) throws -> String {
    try withFiles { writer, name in
      write(writer, name == "a.h5")
    } _: { model, folder in
      var options = options(names, in: folder)
      change(&options, folder)
      return errorText(in: folder) {
        let samples = try openSamples(for: model, options).training
        var block = Matrix<Float>(rows: 0, columns: 0)
        _ = try samples.read(0..<samples.sampleCount, into: &block)
      }
    }
  }

  private func writeGood(_ writer: HDF5Writer) {
    writer.dataset("x", [1, 2, 3, 4], shape: [2, 2])
    writer.dataset("y", [0, 1], shape: [2], as: .int8)
  }

  @Test("of other shapes or types are told with both names")
  func shapes() throws {
    let shape = try message { writer, isFirst in
      writer.dataset("x", [1, 2, 3, 4, 5, 6], shape: isFirst ? [3, 2] : [2, 3])
      writer.dataset("y", [0, 1], shape: [2], as: .int8)
    }
    #expect(
      shape == """
        b.h5: /x: shape (2, 3) does not go on (3, 2) of a.h5
          files that are read as one need rows of one shape and one type: leave one out, or write it again
        """)
    let type = try message { writer, isFirst in
      writer.dataset("x", [1, 2, 3, 4], shape: [2, 2], as: isFirst ? .float32 : .float64)
      writer.dataset("y", [0, 1], shape: [2], as: .int8)
    }
    #expect(
      type.hasPrefix("b.h5: /x: holds 64-bit floats, expected 32-bit floats as in a.h5\n"),
      "\(type)")
  }

  @Test("with a wrong number are told with the file, and the row in it")
  func rows() throws {
    let label = try message { writer, isFirst in
      writer.dataset("x", [1, 2, 3, 4], shape: [2, 2])
      writer.dataset("y", [0, isFirst ? 1 : 7], shape: [2], as: .int8)
    }
    #expect(label.hasPrefix("b.h5: /y: row 1 is 7, expected a class from 0 to 2\n"), "\(label)")
    let input = try message { writer, isFirst in
      writer.dataset("x", [1, 2, isFirst ? 3 : .infinity, 4], shape: [2, 2])
      writer.dataset("y", [0, 1], shape: [2], as: .int8)
    }
    #expect(input.hasPrefix("b.h5: /x: row 1, column 0 is inf, expected a finite number\n"))
    let count = try message { writer, isFirst in
      writer.dataset("x", [1, 2, 3, 4], shape: [2, 2])
      writer.dataset("y", isFirst ? [0, 1, 2] : [1], shape: [isFirst ? 3 : 1], as: .int8)
    }
    #expect(count.hasPrefix("a.h5: /y: 3 rows, expected 2 as in /x\n"), "\(count)")
  }

  @Test("with weights in some of them only, or in a file of their own, are told")
  func weights() throws {
    let some = try message { writer, isFirst in
      writeGood(writer)
      if isFirst { writer.dataset("sample_weight", [1, 2], shape: [2]) }
    }
    #expect(
      some == """
        b.h5: holds no sample weights, but a.h5 does
          write them into every file, or let all samples count alike
        """)
    let own = try message {
      $0.targets = "\($1)/a.h5:y"
    } _: { writer, _ in
      writeGood(writer)
    }
    #expect(
      own == """
        a.h5: a.h5:y is one file for the targets, but the samples are in several
          write the targets into the files of their samples, and name the dataset alone
        """)
  }

  @Test("that are one file, or none, are told")
  func names() throws {
    let twice = try message(["[ab].h5", "b.h5"]) { writer, _ in writeGood(writer) }
    #expect(
      twice == """
        b.h5: is named twice, also as b.h5
          name it once, or its samples would count twice
        """)
    let none = try message(["c*.h5"]) { writer, _ in writeGood(writer) }
    #expect(none.hasPrefix("c*.h5: no file matches\n"))
    let absent = try message(["a.h5", "c.h5"]) { writer, _ in writeGood(writer) }
    #expect(absent.hasPrefix("c.h5: "), "\(absent)")
  }
}
