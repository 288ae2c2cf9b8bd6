import Foundation
import TestSupport
import Testing

@Suite("Inspecting files that are no whole models") struct InspectTests {
  @Test(
    "The whole output",
    arguments: [
      (
        "files/data-types/images-uint8.h5",
        """
        file    files/data-types/images-uint8.h5
        holds   samples without a model

        dataset  shape       content                  taken for
        /x       40 × 8 × 8  8-bit unsigned integers  inputs
        /y       40          8-bit unsigned integers  targets

        missing: A model: tiny-diagnose MODEL --data files/data-types/images-uint8.h5

        """
      ),
      (
        "every-format/state.h5",
        """
        file    every-format/state.h5
        holds   a state dictionary of 3 layers

        dataset    shape  content        taken for
        /0.bias    6      32-bit floats  bias of a layer
        /0.weight  6 × 4  32-bit floats  weights of a layer
        /2.bias    2      32-bit floats  bias of a layer
        /2.weight  2 × 6  32-bit floats  weights of a layer
        /4.bias    3      32-bit floats  bias of a layer
        /4.weight  3 × 2  32-bit floats  weights of a layer

        missing: The activation of each layer: name them with --activations, as in --activations
                 relu,relu,softmax.
        missing: The loss, unless the last activation and the targets tell it: name it with --loss.
        missing: Samples: name a file with --data, and its datasets with --inputs and --targets.

        """
      ),
      (
        "hostile/elsewhere.h5",
        """
        file    hostile/elsewhere.h5
        holds   HDF5 in no layout that is known

        dataset  shape   content        taken for
        /kernel  4 × 3   32-bit floats  weights of a layer
        /x       20 × 4  32-bit floats  inputs

        missing: A model: save it with model.save('model.keras'), or write it with a recipe of
                 docs/export.md.
        missing: Samples: name a file with --data, and its datasets with --inputs and --targets.

        """
      ),
    ])
  func text(file: String, expected: String) throws {
    let outcome = try tinyDiagnose("inspect", file)
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output == expected)
  }

  @Test("Weights alone lack their architecture, a model of other layers says which")
  func missing() throws {
    for (file, kind, lack) in [
      ("every-format/model.weights.h5", "weights that Keras saved alone", "--architecture"),
      ("every-format/legacy-weights.h5", "weights that Keras saved alone", "--architecture"),
      (
        "hostile/layer-lstm.h5", "a model that cannot be diagnosed",
        "layer memory: LSTM layers are not supported"
      ),
      (
        "hostile/archive-lambda.keras", "a model that cannot be diagnosed",
        "layer code: Lambda layers are not supported"
      ),
    ] {
      let outcome = try tinyDiagnose("inspect", file, "--format", "json")
      #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
      let report = try jsonObject(outcome.output)
      #expect(report["schema"] as? String == "tiny-diagnose/survey/1")
      #expect(report["kind"] as? String == kind)
      let missing = try #require(report["missing"] as? [String])
      #expect(missing.contains { $0.contains(lack) }, "\(missing)")
      #expect((report["datasets"] as? [Any])?.isEmpty == false)
    }
  }

  @Test("A file that is told what it lacks is inspected as a model")
  func told() throws {
    let outcome = try tinyDiagnose(
      "inspect", "every-format/state.h5", "--activations", "relu,tanh,softmax")
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(outcome.output.contains("\nlayer 2  Linear  2       diagnosed, with tanh\n"))
  }

  @Test("Activations that are none are wrong arguments")
  func wrongActivations() throws {
    for names in ["relu,,softmax", "wobble", "leaky_relu(x)", "elu(nan)"] {
      let outcome = try tinyDiagnose("inspect", "every-format/state.h5", "--activations", names)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(" is none of linear, relu, "), "\(outcome.errors)")
    }
  }

  @Test(
    "Its JSON follows its schema",
    arguments: [
      ("digits-keras3/digits.h5", "inspection"), ("digits-keras3/digits.keras", "inspection"),
      ("wine-functional-bn/model.h5", "inspection"), ("every-format/state.h5", "survey"),
      ("wine-functional-bn/data.h5", "survey"), ("hostile/elsewhere.h5", "survey"),
    ])
  func schemas(_ file: String, _ schema: String) throws {
    let outcome = try tinyDiagnose("inspect", file, "--format", "json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try JSONSchema("docs/json/\(schema).schema.json").problems(of: outcome.output) == [])
  }
}
