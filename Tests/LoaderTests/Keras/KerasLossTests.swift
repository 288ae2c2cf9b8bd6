import Loader
import Networks
import TestSupport
import Testing

@Suite struct KerasLossTests {
  private func load(_ training: String, version: String = "3.15.1") throws -> LoadedModel {
    try withTemporaryFolder { folder in
      var file = KerasFile(features: 2, [.dense("d", 2, 3)])
      file.training = training
      file.version = version
      try file.write(to: "\(folder)/m.h5")
      return try loadModel(at: "\(folder)/m.h5")
    }
  }

  @Test(
    "a loss may be a name, an object, a list or stand under its output's name",
    arguments: [
      (#""mean_squared_error""#, .meanSquaredError), (#""MAE""#, .meanAbsoluteError),
      (#"["mape"]"#, .meanAbsolutePercentageError),
      (#"{"out": "msle"}"#, .meanSquaredLogarithmicError),
      (#"{"class_name": "LogCosh", "config": {"name": "any", "reduction": "auto"}}"#, .logCosh),
      (
        #"{"module": "builtins", "class_name": "function", "config": "poisson"}"#, .poisson
      ),
      (
        #"{"class_name": "SparseCategoricalCrossentropy", "config": {"from_logits": true, "ignore_class": null, "axis": -1}}"#,
        .sparseCategoricalCrossentropy(fromLogits: true)
      ),
      (
        #"{"class_name": "BinaryCrossentropy", "config": {"label_smoothing": 0.1}}"#,
        .binaryCrossentropy(fromLogits: false, labelSmoothing: 0.1)
      ),
      (#"{"class_name": "Huber", "config": {"delta": 0.5}}"#, .huber(delta: 0.5)),
      (#"{"class_name": "QuantileLoss", "config": {"quantile": 0.9}}"#, .quantile(0.9)),
      (#"{"class_name": "mine>PinballLoss", "config": {"tau": 0.1}}"#, .quantile(0.1)),
    ] as [(String, Loss)])
  func forms(_ setting: String, _ expected: Loss) throws {
    let model = try load(#"{"loss": \#(setting)}"#)
    #expect(model.loss == expected)
    #expect(model.lossProblem == nil)
  }

  @Test("a model that was never compiled has no loss, and that is no problem")
  func uncompiled() throws {
    for training in [#"{"loss": null}"#, "{}"] {
      let model = try load(training)
      #expect(model.loss == nil)
      #expect(model.lossProblem == nil)
    }
  }

  @Test("what is assumed of the loss is not said where another one is used")
  func assumptions() throws {
    let model = try load(#"{"loss": {"class_name": "Huber", "config": {"name": "huber"}}}"#)
    #expect(model.notes.contains { $0.contains("it is taken to be 1") })
    #expect(model.notes(on: .huber(delta: 1)) == model.notes)
    #expect(model.notes(on: .huber(delta: 0.5)) == [])
  }

  @Test("what the number means differently here is said")
  func notes() throws {
    #expect(
      try load(
        #"{"loss": {"class_name": "Huber", "config": {"reduction": "sum"}}, "loss_weights": 2.0}"#
      ).notes == [
        #"The loss was reduced by "sum" in training; here it is the mean over the samples."#,
        "The weight that compile() gave to the loss is not part of the loss shown here.",
        "Keras 3 does not save the delta of Huber's loss: it is taken to be 1.",
      ])
    #expect(try load(#"{"loss": "mse"}"#, version: "2.15.0").notes == [])
  }

  @Test(
    "a loss that cannot be used has its text, and does not keep the model from being read",
    arguments: [
      (#""my_loss""#, "the loss my_loss is not known"),
      (
        #"{"class_name": "SparseCategoricalCrossentropy", "config": {"ignore_class": 255}}"#,
        "the loss has ignore_class = 255, which is not supported"
      ),
      (
        #"{"class_name": "CategoricalCrossentropy", "config": {"label_smoothing": 1.5}}"#,
        "the loss has label_smoothing = 1.5, which is not supported"
      ),
      (
        #"{"class_name": "Huber", "config": {"delta": NaN}}"#,
        "the loss has delta = nan, which is not supported"
      ),
      (
        #"{"a": "mse", "b": "mae"}"#,
        "the loss an object is not known"
      ),
    ])
  func problems(_ setting: String, _ expected: String) throws {
    let model = try load(#"{"loss": \#(setting)}"#)
    #expect(model.loss == nil)
    let problem = try #require(model.lossProblem)
    #expect(problem.description.hasSuffix("m.h5: /@training_config: " + expected))
    #expect(problem.advice == "name one of these: \(Loss.allNames.joined(separator: ", "))")
    #expect(throws: problem) { try openSamples(for: model) }
  }
}
