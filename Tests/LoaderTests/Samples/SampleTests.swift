import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// A model of two features and so many outputs, and the samples `write` puts beside it.
func withSamples<Result>(
  outputs: Int = 3, activation: String = "softmax", loss: String? = nil, features: Int = 2,
  _ write: (HDF5Writer) -> Void,
  _ body: (_ model: LoadedModel, _ data: String, _ folder: String) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    var file = KerasFile(
      features: features, [.dense("d", features, outputs, activation: "\"\(activation)\"")])
    file.training = loss.map { #"{"loss": "\#($0)"}"# }
    try file.write(to: "\(folder)/m.h5")
    write(try HDF5Writer("\(folder)/data.h5"))
    return try body(try loadModel(at: "\(folder)/m.h5"), "\(folder)/data.h5", folder)
  }
}

extension SampleFile {
  /// Everything at once.
  fileprivate func all() throws -> (inputs: Matrix<Float>, targets: Targets<Float>) {
    var inputs = Matrix<Float>(rows: 0, columns: 0)
    let targets = try read(0..<sampleCount, into: &inputs)
    return (inputs, targets)
  }
}

private let fourRows: [Double] = [0, 1, 2, 3, 4, 5, 6, 7]

@Suite struct SampleFileTests {
  @Test(
    "inputs of every number type and labels of every integer type are read",
    arguments: HDF5Writer.Stored.allCases)
  func types(_ stored: HDF5Writer.Stored) throws {
    let isBoolean = stored == .boolean
    let numbers = isBoolean ? [0, 1, 1, 0, 0, 0, 1, 1] : fourRows
    let labels: [Double] = isBoolean ? [0, 1, 1, 0] : [0, 2, 1, 2]
    try withSamples(loss: "sparse_categorical_crossentropy") { writer in
      writer.dataset("x", numbers, shape: [4, 2], as: stored)
      writer.dataset("y", labels, shape: [4], as: stored)
    } _: { model, data, _ in
      let (inputs, targets) = try openSamples(for: model, SampleOptions(data: [data])).training
        .all()
      #expect(inputs == Matrix(rows: 4, columns: 2, storage: numbers.map { Float($0) }))
      #expect(targets == .labels(labels.map { Int($0) }))
    }
  }

  @Test("blocks of any range are those of the whole", arguments: 1...5)
  func blocks(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let count = 37
    let numbers = (0..<count * 2).map { _ in Double(Int.random(in: -9...9, using: &generator)) }
    let labels = (0..<count).map { _ in Double(Int.random(in: 0...2, using: &generator)) }
    try withSamples(loss: "sparse_categorical_crossentropy") { writer in
      writer.dataset("x", numbers, shape: [count, 2], layout: .chunked([5, 1], deflate: true))
      writer.dataset("y", labels, shape: [count, 1], as: .int8)
    } _: { model, data, _ in
      let samples = try openSamples(for: model, SampleOptions(data: [data])).training
      let whole = try samples.all()
      var block = Matrix<Float>(rows: 9, columns: 2)
      for _ in 0..<10 {
        let first = Int.random(in: 0...count, using: &generator)
        let rows = first..<Int.random(in: first...count, using: &generator)
        let targets = try samples.read(rows, into: &block)
        #expect(block.rows == rows.count)
        #expect(
          block.storage == Array(whole.inputs.storage[rows.lowerBound * 2..<rows.upperBound * 2]))
        guard case .labels(let all) = whole.targets else {
          Issue.record("labels were read as \(whole.targets)")
          return
        }
        #expect(targets == .labels(Array(all[rows])))
      }
    }
  }

  @Test(
    "samples are found under their usual names, alone or in the group data",
    arguments: [
      ("x", "y"), ("inputs", "targets"), ("X", "Y"), ("x_train", "y_train"), ("X", "y"),
      ("data/inputs", "data/targets"), ("data/x", "y"),
    ])
  func names(_ inputs: String, _ targets: String) throws {
    try withSamples { writer in
      writer.dataset(inputs, fourRows, shape: [4, 2])
      writer.dataset(targets, [0, 1, 2, 0], shape: [4], as: .uint8)
      writer.dataset("x_test", [1], shape: [1])
      writer.dataset("x_val", [1], shape: [1])
    } _: { model, data, _ in
      let samples = try openSamples(for: model, SampleOptions(data: [data])).training
      #expect(samples.inputsPath == "/" + inputs)
      #expect(samples.targetsPath == "/" + targets)
    }
  }

  @Test("samples in the model's own file need no name")
  func ownFile() throws {
    try withTemporaryFolder { folder in
      try KerasFile(features: 2, [.dense("d", 2, 3)]).write(to: "\(folder)/m.h5") { writer in
        writer.dataset("data/inputs", fourRows, shape: [4, 2])
        writer.dataset("data/targets", fourRows + fourRows.prefix(4), shape: [4, 3])
        writer.dataset("validation/inputs", [1, 2, 3, 4], shape: [2, 2])
        writer.dataset("validation/targets", [1, 2, 3, 4, 5, 6], shape: [2, 3])
      }
      let model = try loadModel(at: "\(folder)/m.h5")
      #expect(model.carriesData)
      let samples = try openSamples(for: model)
      #expect(samples.training.sampleCount == 4)
      #expect(samples.validation?.sampleCount == 2)
      #expect(samples.loss == .meanSquaredError)
      #expect(samples.lossOrigin == .inferred)
    }
  }

  @Test("another file may hold the validation samples, under its own names")
  func validationFile() throws {
    try withSamples { writer in
      writer.dataset("features", fourRows, shape: [4, 2])
      writer.dataset("y", [0, 1, 2, 0], shape: [4], as: .uint8)
    } _: { model, data, folder in
      do {
        let writer = try HDF5Writer("\(folder)/v.h5")
        writer.dataset("x", [1, 2, 3, 4], shape: [2, 2])
        writer.dataset("y", [0, 1], shape: [2], as: .uint8)
      }
      let samples = try openSamples(
        for: model,
        SampleOptions(data: [data], inputs: "features", validation: "\(folder)/v.h5"))
      #expect(samples.training.inputsPath == "/features")
      #expect(samples.validation?.inputsPath == "/x")
      #expect(samples.validation?.sampleCount == 2)
      #expect(samples.validation?.absentClasses == [2])
    }
  }

  @Test("images are flattened for a model that flattens them, whatever dimensions of 1 they have")
  func images() throws {
    try withTemporaryFolder { folder in
      let layers: [KerasFile.Layer] = [
        .plain("InputLayer", #""batch_shape": [null, 2, 3, 1]"#), .plain("Flatten"),
        .dense("d", 6, 1),
      ]
      try KerasFile(layers).write(to: "\(folder)/m.h5")
      let model = try loadModel(at: "\(folder)/m.h5")
      let numbers = (0..<12).map(Double.init)
      for shape in [[2, 2, 3], [2, 2, 3, 1], [2, 6]] {
        do {
          let writer = try HDF5Writer("\(folder)/d.h5")
          writer.dataset("x", numbers, shape: shape, as: .uint8)
          writer.dataset("y", [1, 2], shape: [2])
        }
        let samples = try openSamples(for: model, SampleOptions(data: ["\(folder)/d.h5"])).training
        #expect(try samples.all().inputs.storage == numbers.map { Float($0) })
        #expect(
          samples.notes == [
            "The inputs are 8-bit integers, and the model does not rescale them: if it was trained "
              + "on numbers divided by 255, divide these as well."
          ])
      }
      for (shape, text) in [([2, 3, 2], "(2, 3, 2)"), ([2, 1, 6], "(2, 1, 6)")] {
        do {
          let writer = try HDF5Writer("\(folder)/d.h5")
          writer.dataset("x", numbers, shape: shape)
          writer.dataset("y", [1, 2], shape: [2])
        }
        #expect(
          errorText(in: folder) {
            _ = try openSamples(for: model, SampleOptions(data: ["\(folder)/d.h5"]))
          } == """
            d.h5: /x: shape \(text), expected (n, 2, 3, 1) or (n, 6)
              write one row per sample, as the model takes them
            """)
      }
    }
  }

  @Test("a single feature may be a list of numbers")
  func oneFeature() throws {
    try withSamples(outputs: 1, activation: "linear", features: 1) { writer in
      writer.dataset("x", [1, 2, 3], shape: [3])
      writer.dataset("y", [4, 5, 6], shape: [3])
    } _: { model, data, _ in
      let (inputs, targets) = try openSamples(for: model, SampleOptions(data: [data])).training
        .all()
      #expect(inputs == Matrix(rows: 3, columns: 1, storage: [1, 2, 3]))
      #expect(targets == .values(Matrix(rows: 3, columns: 1, storage: [4, 5, 6])))
    }
  }

  @Test("classes that no sample belongs to are listed, for labels and for one-hot rows")
  func absentClasses() throws {
    for loss in ["sparse_categorical_crossentropy", "categorical_crossentropy"] {
      try withSamples(outputs: 4, loss: loss) { writer in
        writer.dataset("x", fourRows, shape: [4, 2])
        if loss.hasPrefix("sparse") {
          writer.dataset("y", [0, 2, 0, 2], shape: [4], as: .int64)
        } else {
          writer.dataset(
            "y", [1, 0, 0, 0, 0, 0, 1, 0, 0.5, 0, 0.5, 0, 0, 0, 1, 0], shape: [4, 4])
        }
      } _: { model, data, _ in
        let samples = try openSamples(for: model, SampleOptions(data: [data])).training
        #expect(samples.absentClasses == [1, 3])
        #expect(samples.notes == ["No sample belongs to the classes 1, 3."])
      }
    }
  }

  @Test("hinge losses take 0 and 1 for −1 and 1, as Keras does, and other labels as they are")
  func hinge() throws {
    for (loss, labels, expected) in [
      ("hinge", [0, 1, 1, 0], [-1, 1, 1, -1]), ("squared_hinge", [0, 1, 1, 0], [-1, 1, 1, -1]),
      ("hinge", [-1, 1, 1, -1], [-1, 1, 1, -1]), ("mse", [0, 1, 1, 0], [0, 1, 1, 0]),
    ] as [(String, [Double], [Float])] {
      try withSamples(outputs: 1, activation: "tanh", loss: loss) { writer in
        writer.dataset("x", fourRows, shape: [4, 2])
        writer.dataset("y", labels, shape: [4, 1], as: .int8)
      } _: { model, data, _ in
        let samples = try openSamples(for: model, SampleOptions(data: [data])).training
        #expect(samples.hasSignedTargets == (loss.contains("hinge") && labels[0] == 0))
        #expect(
          try samples.all().targets == .values(Matrix(rows: 4, columns: 1, storage: expected)))
      }
    }
  }

  @Test("a finished file is read by several tasks at once")
  func concurrency() async throws {
    let samples = try withSamples { writer in
      writer.dataset("x", (0..<2000).map(Double.init), shape: [1000, 2])
      writer.dataset("y", (0..<1000).map { Double($0 % 3) }, shape: [1000], as: .uint8)
    } _: { model, data, _ in
      try openSamples(for: model, SampleOptions(data: [data])).training
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for first in stride(from: 0, to: 1000, by: 50) {
        group.addTask {
          var block = Matrix<Float>(rows: 0, columns: 2)
          let targets = try samples.read(first..<first + 50, into: &block)
          return block.storage == (first * 2..<first * 2 + 100).map { Float($0) }
            && targets == .labels((first..<first + 50).map { $0 % 3 })
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}

@Suite struct SampleErrorTests {
  /// What is said of samples for a model.
  private func text(
    outputs: Int = 3, activation: String = "softmax", loss: String? = nil,
    options: SampleOptions = SampleOptions(), write: (HDF5Writer) -> Void
  ) throws -> String {
    try withSamples(outputs: outputs, activation: activation, loss: loss, write) {
      model, data, folder in
      var options = options
      options.data = [data]
      return errorText(in: folder) {
        _ = try openSamples(for: model, options).training.all()
      }
    }
  }

  /// What is said of targets beside four good rows of inputs.
  private func text(
    targets: [Double], _ shape: [Int], as stored: HDF5Writer.Stored = .float64, outputs: Int = 3,
    loss: String
  ) throws -> String {
    try text(outputs: outputs, loss: loss) { writer in
      writer.dataset("x", fourRows, shape: [4, 2])
      writer.dataset("y", targets, shape: shape, as: stored)
    }
  }

  @Test("samples that cannot be found")
  func finding() throws {
    try withSamples { _ in
    } _: { model, _, folder in
      #expect(
        errorText(in: folder) { _ = try openSamples(for: model) } == """
          m.h5: holds no samples
            name a file that holds inputs (n, 2) and targets (n,) or (n, 3)
          """)
    }
    #expect(
      try text { _ in } == """
        data.h5: holds no inputs under a known name
          name the dataset; wanted are inputs (n, 2) and targets (n,) or (n, 3); no dataset in the file can be read
        """)
    #expect(
      try text(loss: "categorical_crossentropy") { writer in
        writer.dataset("a/first", fourRows, shape: [4, 2])
        writer.dataset("second", [1], shape: [1])
      } == """
        data.h5: holds no inputs under a known name
          name the dataset; wanted are inputs (n, 2) and targets (n, 3); the file holds \
        /a/first (4, 2), /second (1,)
        """)
    #expect(
      try text(loss: "sparse_categorical_crossentropy") { writer in
        writer.dataset("x", fourRows, shape: [4, 2])
      } == """
        data.h5: holds no targets under a known name
          name the dataset; wanted are inputs (n, 2) and targets (n,); the file holds /x (4, 2)
        """)
    #expect(
      try text { writer in
        writer.dataset("x", fourRows, shape: [4, 2])
        writer.dataset("data/inputs", fourRows, shape: [4, 2])
      } == """
        data.h5: /x, /data/inputs could all be the inputs
          name one of them
        """)
    #expect(
      try text(options: SampleOptions(inputs: "features")) { writer in
        writer.dataset("x", fourRows, shape: [4, 2])
      } == """
        data.h5: /features: not found
          its group holds x
        """)
  }

  @Test("inputs that do not fit")
  func inputs() throws {
    func text(_ shape: [Int], _ numbers: [Double]) throws -> String {
      try self.text { writer in
        writer.dataset("x", numbers, shape: shape, as: .float64)
        writer.dataset("y", [0, 1, 2, 0], shape: [4], as: .uint8)
      }
    }
    for (shape, found) in [([4, 3], "(4, 3)"), ([4], "(4,)"), ([4, 2, 1], "(4, 2, 1)")] {
      #expect(
        try text(shape, [Double](repeating: 0, count: shape.reduce(1, *))) == """
          data.h5: /x: shape \(found), expected (n, 2)
            write one row per sample, as the model takes them
          """)
    }
    #expect(
      try text([3, 2], [0, 1, 2, 3, 4, 5]) == """
        data.h5: /y: 4 rows, expected 3 as in /x
          inputs, targets and sample weights need as many rows each
        """)
    for (value, problem) in [
      (Double.nan, "nan, expected a finite number"), (-.infinity, "-inf, expected a finite number"),
      (-1e39, "-1e+39, too large for 32 bits"),
    ] {
      #expect(
        try text([4, 2], [0, 1, 2, 3, 4, value, value, 7]) == """
          data.h5: /x: row 2, column 1 is \(problem)
            leave the sample out, or fill the gap
          """)
    }
    #expect(
      try self.text { writer in
        writer.dataset("x", [1, 2], shape: [1, 2])
        writer.dataset("y", [0], shape: [1], as: .uint8)
      } == """
        data.h5: /x: 1 row, expected 2 or more
          give more samples: those the model was trained on, or more that judge
        """)
    #expect(
      try self.text { writer in
        writer.opaqueDataset("x", bytes: 3, shape: [4, 2])
        writer.dataset("y", [0, 1, 2, 0], shape: [4], as: .uint8)
      } == """
        data.h5: /x: holds opaque elements of 3 bytes, expected numbers
          write them as numbers: a table as one array, words as classes from 0
        """)
  }

  @Test("targets of another shape than the loss wants")
  func targetShapes() throws {
    let twelve = [Double](repeating: 1, count: 12)
    #expect(
      try text(targets: twelve, [4, 3], loss: "sparse_categorical_crossentropy") == """
        data.h5: /y: shape (4, 3), expected one label per row for the loss sparse_categorical_crossentropy
          for one-hot rows name the loss categorical_crossentropy
        """)
    #expect(
      try text(targets: [0, 1, 2, 0], [4], as: .int64, loss: "categorical_crossentropy") == """
        data.h5: /y: shape (4,), expected (n, 3) for the loss categorical_crossentropy
          for labels name the loss sparse_categorical_crossentropy
        """)
    #expect(
      try text(targets: twelve, [4, 3], outputs: 2, loss: "sparse_categorical_crossentropy") == """
        data.h5: /y: shape (4, 3), expected (n,) for the loss sparse_categorical_crossentropy
          write one row per sample, or name another loss
        """)
    #expect(
      try text(targets: twelve, [4, 3], outputs: 2, loss: "mse") == """
        data.h5: /y: shape (4, 3), expected (n, 2) for the loss mean_squared_error
          write one row per sample, or name another loss
        """)
    #expect(
      try text(targets: twelve, [4, 3], outputs: 1, loss: "bce") == """
        data.h5: /y: shape (4, 3), expected (n,) or (n, 1) for the loss binary_crossentropy
          write one row per sample, or name another loss
        """)
    #expect(
      try text(activation: "sparsemax") { writer in
        writer.dataset("x", fourRows, shape: [4, 2])
        writer.dataset("y", twelve, shape: [4, 3])
      } == """
        m.h5: the loss cannot be told from outputs by sparsemax
          name the loss
        """)
  }

  @Test("of a loss that does not fit the targets, the one that fits is named")
  func fittingLoss() throws {
    #expect(
      try text(targets: [0, 1, 2, 0], [4], as: .int64, loss: "mse") == """
        data.h5: /y: shape (4,), expected (n, 3) for the loss mean_squared_error
          the loss that fits these targets is sparse_categorical_crossentropy
        """)
    #expect(
      try text(targets: [0.5, 1, 2, 0], [4], loss: "mse") == """
        data.h5: /y: shape (4,), expected (n, 3) for the loss mean_squared_error
          write a row for each sample, with a number for each output, or name another loss
        """)
    #expect(
      try text(
        targets: [1.31, 1, 2, 0], [4], outputs: 1, loss: "sparse_categorical_crossentropy") == """
          data.h5: /y: row 0 is 1.31, expected a class, and a model of one output knows none but 0
            the loss that fits these targets is mean_squared_error
          """)
    #expect(
      try text(targets: [0, 1, 1, 0], [4], outputs: 1, loss: "sparse_categorical_crossentropy")
        == """
        data.h5: /y: row 1 is 1, expected a class, and a model of one output knows none but 0
          the loss that fits these targets is binary_crossentropy
        """)
  }

  @Test(
    "labels that are no classes are shown with their row",
    arguments: [
      ([0, 1, 3, 0], .int16, "row 2 is 3"), ([0, -1, 3, 0], .int8, "row 1 is -1"),
      ([0, 1, 2, 0x1p63], .uint64, "row 3 is 9223372036854775807"),
      ([0, 1, 1.5, 0], .float32, "row 2 is 1.5"), ([0, .nan, 1, 0], .float64, "row 1 is nan"),
    ] as [([Double], HDF5Writer.Stored, String)])
  func labels(_ labels: [Double], _ stored: HDF5Writer.Stored, _ found: String) throws {
    let text = try text(
      targets: labels, [4], as: stored, loss: "sparse_categorical_crossentropy")
    // 2^63 − 1 is shown as the nearest Double.
    #expect(
      text.replacing("9.223372036854776e+18", with: "9223372036854775807") == """
        data.h5: /y: \(found), expected a class from 0 to 2
          write classes as whole numbers, counted from 0
        """)
  }

  @Test("targets that are no probabilities, or not finite")
  func probabilities() throws {
    #expect(
      try text(
        targets: [1, 0, 0, 0, 1, 0, 0.5, 0.5, 0.1, 0, 0, 1], [4, 3],
        loss: "categorical_crossentropy") == """
          data.h5: /y: row 2 sums to 1.1, expected 1
            write one-hot rows or probabilities, or name binary_crossentropy for labels that may hold together
          """)
    #expect(
      try text(targets: [0, 1, 0, 2], [4], outputs: 1, loss: "bce") == """
        data.h5: /y: row 3, column 0 is 2, expected a number from 0 to 1
          write binary targets as 0 and 1, or probabilities; of amounts name a loss such as mean_squared_error
        """)
    #expect(
      try text(
        targets: [1, 0, 0, 0, 1, 0, 2, -1, 0, 0, 0, 1], [4, 3],
        loss: "categorical_crossentropy") == """
          data.h5: /y: row 2, column 0 is 2, expected a number from 0 to 1
            write binary targets as 0 and 1, or probabilities; of amounts name a loss such as mean_squared_error
          """)
    #expect(
      try text(targets: [0, 1, .nan, 2], [4, 1], outputs: 1, loss: "mse") == """
        data.h5: /y: row 2, column 0 is nan, expected a finite number
          leave the sample out, or fill the gap
        """)
  }

  @Test("data that do not fit are not a file that cannot be used")
  func exitCodes() throws {
    try withSamples { writer in
      writer.dataset("x", fourRows, shape: [4, 2])
    } _: { model, data, folder in
      let misfit = #expect(throws: ModelError.self) {
        try openSamples(for: model, SampleOptions(data: [data]))
      }
      #expect(misfit?.isFileUnusable == false)
      let missing = #expect(throws: ModelError.self) {
        try openSamples(for: model, SampleOptions(data: ["\(folder)/none.h5"]))
      }
      #expect(missing?.isFileUnusable == true)
    }
  }
}
