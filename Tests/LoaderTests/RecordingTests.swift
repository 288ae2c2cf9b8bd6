import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite("Recordings") struct RecordingTests {
  /// What is found in a file of two layers that `change` was made to.
  private func opened(_ change: (HDF5Writer) -> Void = { _ in }) throws -> Recording {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/r.h5")
        writer.dataset("activations/2_a/input", [1, 2, 3, 4], shape: [2, 2])
        writer.dataset("activations/2_a/gradient", [5, -6], shape: [2, 1], as: .float64)
        writer.dataset("activations/10_b/input", [7, 8], shape: [2, 1])
        writer.dataset("activations/10_b/desired_update", [9, 10, 11, 12], shape: [2, 2])
        writer.attribute("activation", of: "/activations/2_a", "relu")
        writer.attribute("activation", of: "/activations/10_b", "softmax")
        change(writer)
      }
      return try #require(try openRecording(at: "\(folder)/r.h5"))
    }
  }

  @Test("a sample is the inputs of each layer in order, then its desired updates")
  func rows() throws {
    let recording = try opened()
    #expect(recording.sampleCount == 2 && recording.inputCount == 6)
    var rows = Matrix<Float>(rows: 0, columns: 0)
    #expect(try recording.read(0..<2, into: &rows) == .values(Matrix(rows: 2, columns: 0)))
    #expect(rows.storage == [1, 2, 7, -5, 9, 10, 3, 4, 8, 6, 11, 12])
    _ = try recording.read(1..<2, into: &rows)
    #expect(rows.storage == [3, 4, 8, 6, 11, 12])
  }

  @Test("layers have a bias unless the file says otherwise")
  func bias() throws {
    #expect(try opened().network.layers.map(\.hasBias) == [true, true])
    let changed = try opened { writer in
      writer.attribute("bias", of: "/activations/2_a", integer: 0)
      writer.dataset("activations/10_b/weight", [1, 2], shape: [2, 1])
    }
    #expect(changed.network.layers.map(\.hasBias) == [false, false])
    let both = try opened { writer in
      writer.dataset("activations/10_b/weight", [1, 2], shape: [2, 1])
      writer.dataset("activations/10_b/bias", [1, 2], shape: [2])
    }
    #expect(both.network.layers.map(\.hasBias) == [true, true])
  }

  @Test("names, functions, and the loss are told")
  func facts() throws {
    let recording = try opened { writer in
      writer.attribute("loss_value", of: "/activations", number: 0.25)
      writer.attribute("loss", of: "/activations", "focal")
    }
    #expect(recording.network.layers.map(\.name) == ["a", "b"])
    #expect(recording.network.layers[0].stages == [.activation(.relu)])
    #expect(recording.lossValue == 0.25 && recording.lossName == "focal")
    let layered = try opened { $0.attribute("loss_value", of: "/activations/10_b", number: 0.5) }
    #expect(layered.lossValue == 0.5 && layered.lossName == nil)
  }

  @Test("a file with a model, or of another kind, is no recording")
  func others() throws {
    #expect(try openRecording(at: fixturePath("hostile/model-4-3-2.h5")) == nil)
    #expect(try openRecording(at: fixturePath("hostile/model-4-3-2.keras")) == nil)
    #expect(try openRecording(at: "/no/such/file.h5") == nil)
  }
}
