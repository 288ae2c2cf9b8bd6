import Networks
import Testing

@testable import Loader

@Suite("The optimizer that a Keras file names")
struct KerasOptimizerTests {
  private func optimizer(_ text: String) throws -> KerasOptimizer {
    KerasOptimizer(try JSONValue(parsing: text))
  }

  @Test("Keras 2 calls a class of its own Custom")
  func custom() throws {
    let found = try optimizer(
      #"{"class_name": "Custom>Adam", "config": {"learning_rate": 0.003, "beta_1": 0.8}}"#)
    #expect(found.settings == OptimizerSettings(.adam(beta1: 0.8), learningRate: 0.003))
    #expect(found.notes == [])
  }

  @Test("A name alone has Keras's settings", arguments: ["adamw", "AdamW"])
  func name(_ name: String) throws {
    #expect(try optimizer("\"\(name)\"").settings == OptimizerSettings(weightDecay: 0.004))
  }

  @Test("A schedule starts with its first rate, and that is said")
  func schedule() throws {
    let found = try optimizer(
      """
      {"class_name": "SGD", "config": {"momentum": 0.9, "learning_rate":
        {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.5}}}}
      """)
    #expect(found.settings == OptimizerSettings(.sgd(momentum: 0.9), learningRate: 0.5))
    #expect(
      found.notes == [
        "The learning rate follows a ExponentialDecay: training goes on with its first one, 0.5; "
          + "another one can be named."
      ])
  }

  @Test("Mixed precision wraps the optimizer")
  func lossScale() throws {
    let found = try optimizer(
      """
      {"class_name": "LossScaleOptimizer", "config": {"inner_optimizer":
        {"class_name": "RMSprop", "config": {"rho": 0.5, "clipvalue": 2}}}}
      """)
    #expect(found.settings == OptimizerSettings(.rmsprop(rho: 0.5), clipping: .value(2)))
  }

  @Test("Of others nothing is known, and that is said")
  func unknown() throws {
    let found = try optimizer(#"{"class_name": "Lion", "config": {}}"#)
    #expect(found.settings == nil)
    #expect(
      found.notes == [
        "The file names Lion, which is not simulated: Adam takes its place; another one can "
          + "be named."
      ])
  }
}
