import Foundation
import Growth
import HDF5
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite struct WritingDetailTests {
  private func text(_ name: String, in path: String) throws -> String {
    try #require(try File(path).root.attribute(name)?.text())
  }

  @Test("the configuration changes in the widths and nowhere else")
  func configuration() throws {
    try withTemporaryFolder { folder in
      let path = fixturePath("wine-functional-bn/model.h5")
      let model = try loadModel(at: path)
      let grown = try model.network.grownAtRandom(layer: 0, count: 5, seed: 1)
      try write(grown, grownFrom: model, to: "\(folder)/out.h5")
      let (old, new) = (
        try text("model_config", in: path), try text("model_config", in: "\(folder)/out.h5")
      )
      // The layer's units; then the tensors that feed all layers up to the next Dense.
      #expect(new.split(separator: "\"units\": 21").count == 2)
      #expect(new.split(separator: "[null, 21]").count == 5)
      #expect(
        new.replacing("\"units\": 21", with: "\"units\": 16")
          .replacing("[null, 21]", with: "[null, 16]") == old)
      #expect(
        try text("training_config", in: path) == text("training_config", in: "\(folder)/out.h5"))
    }
  }

  @Test("a width changes wherever it is noted, and an equal one of another layer does not")
  func widths() throws {
    try withTemporaryFolder { folder in
      let activation =
        #"{"class_name": "LeakyReLU", "config": {"negative_slope": 0.1}, "build_config": "#
        + #"{"input_shape": [null, 3]}}"#
      let file = KerasFile(
        features: 2,
        [
          .dense("a", 2, 3, activation: activation),
          .plain("Reshape", #""target_shape": [3]"#),
          .plain("Dropout", #""rate": 0.5, "noise_shape": [null, 3]"#),
          .dense("b", 3, 3, activation: activation, settings: #""batch_input_shape": [null, 3]"#),
          .dense("c", 3, 1),
        ])
      try file.write(to: "\(folder)/model.h5")
      let model = try loadModel(at: "\(folder)/model.h5")
      let grown = try model.network.grownAtRandom(layer: 0, count: 2, seed: 1)
      try write(grown, grownFrom: model, to: "\(folder)/out.h5")
      #expect(try loadModel(at: "\(folder)/out.h5").network == grown)
      var expected = file.config
      func replace(_ old: String, by new: String, after place: String) throws {
        let start = try #require(expected.firstRange(of: place)).upperBound
        let range = try #require(expected[start...].firstRange(of: old))
        expected.replaceSubrange(range, with: new)
      }
      try replace("3", by: "5", after: #""name": "a", "units": "#)
      try replace("[null, 3]", by: "[null, 5]", after: #""name": "a""#)
      try replace("[3]", by: "[5]", after: "target_shape")
      try replace("[null, 3]", by: "[null, 5]", after: "noise_shape")
      try replace("[null, 3]", by: "[null, 5]", after: "batch_input_shape")
      #expect(try text("model_config", in: "\(folder)/out.h5") == expected)
    }
  }

  @Test("what is left out or renamed is said")
  func notes() throws {
    try withTemporaryFolder { folder in
      func notes(_ fixture: String) throws -> [String] {
        let model = try loadModel(at: fixturePath(fixture))
        return try write(
          model.network.grownAtRandom(layer: 0, count: 1, seed: 1), grownFrom: model,
          to: "\(folder)/out.h5", options: WritingOptions(overwrite: true)
        ).notes
      }
      let optimizer =
        "The optimizer's state was left out: Keras 3 cannot train on with it from an .h5 file, and can "
        + "from a .keras file."
      #expect(
        try notes("diabetes-regression/model.h5") == [
          optimizer,
          "The loss is named mean_squared_error instead of mse: Keras 3 cannot load the short name.",
        ])
      #expect(try notes("digits-keras3/digits.h5") == [optimizer])
      #expect(
        try notes("diabetes-regression/native.h5") == [
          "The samples in /data, /validation were not copied."
        ])
      let members = try File("\(folder)/out.h5").root.childNames()
      #expect(members == ["model"])
    }
  }

  @Test(
    "short names of losses are written out, wherever Keras puts them",
    arguments: [
      (#"{"loss": "MSE"}"#, #"{"loss": "mean_squared_error"}"#),
      (
        #"{"loss": ["mae"], "x": [1.50, NaN]}"#,
        #"{"loss": ["mean_absolute_error"], "x": [1.50, NaN]}"#
      ),
      (#"{"loss":{"out":"kld"}}"#, #"{"loss":{"out":"kl_divergence"}}"#),
      (#"{"metrics": ["mse"], "loss": "poisson"}"#, #"{"metrics": ["mse"], "loss": "poisson"}"#),
      (
        #"{"loss": {"class_name": "MeanSquaredError", "config": {"name": "mse"}}}"#,
        #"{"loss": {"class_name": "MeanSquaredError", "config": {"name": "mse"}}}"#
      ),
    ])
  func losses(_ before: String, _ after: String) throws {
    try withTemporaryFolder { folder in
      var file = KerasFile(features: 2, [.dense("a", 2, 3), .dense("b", 3, 2)])
      file.training = before
      try file.write(to: "\(folder)/model.h5")
      let model = try loadModel(at: "\(folder)/model.h5")
      try write(model.network, grownFrom: model, to: "\(folder)/out.h5")
      #expect(try text("training_config", in: "\(folder)/out.h5") == after)
    }
  }

  @Test(
    "weights stay in the type of the file",
    arguments: [
      HDF5Writer.Stored.float16, .float64, .float16BigEndian, .float32BigEndian, .float64BigEndian,
    ])
  func types(_ stored: HDF5Writer.Stored) throws {
    try withTemporaryFolder { folder in
      var file = KerasFile(
        features: 3,
        [
          .dense("a", 3, 4),
          .batch(
            gamma: [1, 2, 3, 4], beta: [0, 0.1, 0.2, 0.3], mean: [1, 2, 3, 4],
            variance: [1, 0.7, 3, 4], settings: #""epsilon": 0.001"#),
          .dense("b", 4, 2),
        ])
      file.stored = stored
      file.layout = .chunked([2], deflate: true)
      file.layers[1].weights = file.layers[1].weights.filter { $0.name != "none" }
      file.layout = nil
      try file.write(to: "\(folder)/model.h5")
      let model = try loadModel(at: "\(folder)/model.h5")
      let grown = try model.network.grownAtRandom(layer: 0, count: 2, seed: 1)
      let written = try write(grown, grownFrom: model, to: "\(folder)/out.h5").model.network
      let isHalf = stored == .float16 || stored == .float16BigEndian
      if isHalf {
        for (written, grown) in zip(written.layers, grown.layers) {
          #expect(written.weights.storage == grown.weights.storage.map { Float(Float16($0)) })
        }
      } else {
        #expect(written == grown)
      }
      let (old, new) = (
        try HDF5Listing("\(folder)/model.h5").objects, try HDF5Listing("\(folder)/out.h5").objects
      )
      for (place, object) in old where object.form.hasPrefix("dataset") {
        #expect(new[place]?.form == object.form, "\(place)")
      }
      // What does not change keeps every digit, those beyond 32 bits included.
      let kernel = try #require(old["/model_weights/a/a/kernel"])
      let wide = try #require(new["/model_weights/a/a/kernel"])
      let size = kernel.bytes.count / 12
      for row in 0..<3 {
        #expect(
          kernel.bytes[row * 4 * size..<(row + 1) * 4 * size]
            == wide.bytes[row * 6 * size..<(row * 6 + 4) * size])
      }
    }
  }

  @Test("compressed weights stay compressed")
  func compressed() throws {
    try withTemporaryFolder { folder in
      var file = KerasFile(features: 3, [.dense("a", 3, 4), .dense("b", 4, 2)])
      for index in file.layers.indices {
        file.layers[index].weights.removeAll { $0.shape.count == 1 }
      }
      for index in file.layers.indices {
        file.layers[index].settings = file.layers[index].settings.replacing("true", with: "false")
      }
      file.layout = .chunked([2, 2], deflate: true)
      try file.write(to: "\(folder)/model.h5")
      let model = try loadModel(at: "\(folder)/model.h5")
      let grown = try model.network.grownAtRandom(layer: 0, count: 3, seed: 1)
      try write(grown, grownFrom: model, to: "\(folder)/out.h5")
      #expect(try loadModel(at: "\(folder)/out.h5").network == grown)
      let place = "/model_weights/a/a/kernel"
      let old = try HDF5Listing("\(folder)/model.h5").objects[place]
      #expect(try HDF5Listing("\(folder)/out.h5").objects[place]?.form == old?.form)
    }
  }

  @Test(
    "a new unit passes a BatchNormalization unchanged, exactly", arguments: [0.001, 1e-5, 0.3, 2])
  func batch(_ epsilon: Double) throws {
    try withTemporaryFolder { folder in
      for (hasGamma, hasBeta) in [(true, true), (true, false), (false, true), (false, false)] {
        if !hasGamma && epsilon >= 1 { continue }
        try KerasFile(
          features: 3,
          [
            .dense("a", 3, 2),
            .batch(
              gamma: hasGamma ? [1, 2] : [], beta: hasBeta ? [0.5, 0.1] : [], mean: [1, 2],
              variance: [1, 0.7],
              settings: #""epsilon": \#(epsilon), "scale": \#(hasGamma), "center": \#(hasBeta)"#),
            .dense("b", 2, 2),
          ]
        ).write(to: "\(folder)/model.h5")
        let model = try loadModel(at: "\(folder)/model.h5")
        let grown = try model.network.grownAtRandom(layer: 0, count: 2, seed: 1)
        let written = try write(
          grown, grownFrom: model, to: "\(folder)/out.h5", options: WritingOptions(overwrite: true))
        #expect(written.model.network == grown)
        #expect(grown.layers[0].stages == written.model.network.layers[0].stages)
      }
    }
  }

  @Test("what cannot take new units, or hold their weights, is said")
  func impossible() throws {
    try withTemporaryFolder { folder in
      func error(_ file: KerasFile, scale: Double = 1) -> String {
        errorText(in: folder) {
          try file.write(to: "\(folder)/model.h5")
          let model = try loadModel(at: "\(folder)/model.h5")
          let (wide, next) = (model.network.layers[0], model.network.layers[1])
          let grown = try model.network.grown(
            by: Addition(
              layer: 0, fanIn: Matrix(rows: wide.weights.rows, columns: 1) { _, _ in scale },
              fanOut: Matrix(rows: 1, columns: next.outputs) { _, _ in 1 }))
          try write(grown, grownFrom: model, to: "\(folder)/out.h5")
        }
      }
      #expect(
        error(
          KerasFile(
            features: 2,
            [.dense("a", 2, 2), .plain("Rescaling", #""scale": 2.0"#), .dense("b", 2, 1)]))
            == """
            model.h5: layer rescaling: Rescaling cannot scale and shift new units as they need it
              grow another layer, or use a BatchNormalization in its place
            """)
      var half = KerasFile(features: 2, [.dense("a", 2, 2), .dense("b", 2, 1)])
      half.stored = .float16
      #expect(
        error(half, scale: 1e6) == """
          model.h5: /model_weights/a/a/kernel: holds 16-bit floats, which cannot hold 1000000.0
            save the model as float32, and grow it again
          """)
      let left = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(left == ["model.h5"])
    }
  }

  @Test("a history that is none is said, and does not stop the reading")
  func foreignHistory() throws {
    try withTemporaryFolder { folder in
      for history in ["what?", "{}", "[1]", String(repeating: "[", count: 1000)] {
        try KerasFile(features: 2, [.dense("a", 2, 2), .dense("b", 2, 1)])
          .write(to: "\(folder)/model.h5") { $0.attribute("tiny_diagnose_history", history) }
        let model = try loadModel(at: "\(folder)/model.h5")
        #expect(model.history == [])
        #expect(model.notes.last == "The history in tiny_diagnose_history was not understood.")
        let written = try write(
          model.network, grownFrom: model, to: "\(folder)/out.h5",
          options: WritingOptions(overwrite: true))
        #expect(written.model.history == [])
        #expect(written.model.notes == [])
      }
    }
  }
}
