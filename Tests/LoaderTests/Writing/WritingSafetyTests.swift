import Foundation
import HDF5
import Loader
import Networks
import TestSupport
import Testing

@Suite struct WritingSafetyTests {
  private struct Stop: Error, CustomStringConvertible {
    let description = "stopped by a test"
  }

  private func grown(_ fixture: String = "digits-keras3/digits.h5") throws -> (
    model: LoadedModel, network: Network<Float>
  ) {
    let model = try loadModel(at: fixturePath(fixture))
    return (model, try model.network.grownAtRandom(layer: 1, count: 2, seed: 1))
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test(
    "stopped after any step, the old file is there and nothing else",
    arguments: WritingStep.allCases, [false, true])
  func interrupted(_ last: WritingStep, _ isThere: Bool) throws {
    try withTemporaryFolder { folder in
      let (model, network) = try grown()
      if isThere { try write([1, 2, 3], to: "\(folder)/out.h5") }
      let text = errorText(in: folder) {
        try write(
          network, grownFrom: model, to: "\(folder)/out.h5",
          options: WritingOptions(overwrite: true), verify: { _ in }
        ) { step in
          if step == last { throw Stop() }
        }
      }
      #expect(
        text == """
          out.h5: was not accepted: stopped by a test
            nothing was written
          """)
      #expect(try names(in: folder) == (isThere ? ["out.h5"] : []))
      if isThere { #expect(try bytes(of: "\(folder)/out.h5") == [1, 2, 3]) }
    }
  }

  @Test("until all is verified the old file is what others find, and then the new one")
  func replaced() throws {
    try withTemporaryFolder { folder in
      let (model, network) = try grown()
      try write([1, 2, 3], to: "\(folder)/out.h5")
      try write(
        network, grownFrom: model, to: "\(folder)/out.h5",
        options: WritingOptions(overwrite: true), verify: { #expect($0.network == network) }
      ) { _ in
        let found = try bytes(of: "\(folder)/out.h5")
        #expect(found == [1, 2, 3])
      }
      #expect(try loadModel(at: "\(folder)/out.h5").network == network)
      #expect(try names(in: folder) == ["out.h5"])
    }
  }

  @Test("what the caller finds wrong with the new file is told, and the file is removed")
  func refused() throws {
    try withTemporaryFolder { folder in
      let (model, network) = try grown()
      let text = errorText(in: folder) {
        try write(network, grownFrom: model, to: "\(folder)/out.h5") { _ in throw Stop() }
      }
      #expect(text.hasPrefix("out.h5: was not accepted: stopped by a test"))
      #expect(try names(in: folder) == [])
    }
  }

  @Test("a file that does not hold what was written takes nobody's place")
  func damaged() throws {
    try withTemporaryFolder { folder in
      let (model, network) = try grown()
      func write(spoiling spoil: (inout [UInt8]) -> Void) -> String {
        errorText(in: folder) {
          try Loader.write(
            network, grownFrom: model, to: "\(folder)/out.h5", options: WritingOptions(),
            verify: { _ in }
          ) { step in
            guard step == .synchronized else { return }
            let partial = "\(folder)/" + (try names(in: folder)[0])
            var content = try bytes(of: partial)
            spoil(&content)
            try TestSupport.write(content, to: partial)
          }
        }
      }
      // A single bit of a weight.
      let bytesOfOne = withUnsafeBytes(of: network.layers[0].weights.storage[0]) { Array($0) }
      let flipped = write { content in
        if let place = content.firstRange(of: bytesOfOne) { content[place.lowerBound] ^= 1 }
      }
      #expect(
        flipped == """
          out.h5: read back with other numbers than were written
            nothing was written; check the disk, and report this
          """)
      let truncated = write { $0.removeLast($0.count / 2) }
      #expect(truncated.hasPrefix("out.h5: the file is truncated"))
      #expect(try names(in: folder) == [])
    }
  }

  @Test("the model's own file and those of the samples are never replaced")
  func inputs() throws {
    try withTemporaryFolder { folder in
      let (_, network) = try grown()
      let content = try bytes(of: fixturePath("digits-keras3/digits.h5"))
      try write(content, to: "\(folder)/model.h5")
      try write([1], to: "\(folder)/data.h5")
      let model = try loadModel(at: "\(folder)/model.h5")
      let options = WritingOptions(overwrite: true, inputs: ["\(folder)/data.h5"])
      for name in ["model.h5", "data.h5"] {
        let text = errorText(in: folder) {
          try write(network, grownFrom: model, to: "\(folder)/\(name)", options: options)
        }
        #expect(
          text == """
            \(name): is one of the command's other files
              choose another name
            """)
        #expect(throws: ModelError.self) {
          try checkIsWritable("\(folder)/\(name)", grownFrom: model, options: options)
        }
      }
      try checkIsWritable("\(folder)/out.h5", grownFrom: model, options: options)
      #expect(try bytes(of: "\(folder)/model.h5") == content)
      #expect(try names(in: folder) == ["data.h5", "model.h5"])
    }
  }

  @Test("a file that is there is replaced only if that is asked for")
  func exists() throws {
    try withTemporaryFolder { folder in
      let (model, network) = try grown()
      try write([1], to: "\(folder)/out.h5")
      let text = errorText(in: folder) {
        try write(network, grownFrom: model, to: "\(folder)/out.h5")
      }
      #expect(
        text == """
          out.h5: is there already
            choose another name, or let it be replaced
          """)
      #expect(try bytes(of: "\(folder)/out.h5") == [1])
    }
  }

  @Test("a model whose file was replaced since is not written")
  func changedMeanwhile() throws {
    try withTemporaryFolder { folder in
      let (other, network) = try grown()
      try write(bytes(of: other.path), to: "\(folder)/model.h5")
      let model = try loadModel(at: "\(folder)/model.h5")
      try write(
        network, grownFrom: other, to: "\(folder)/model.h5",
        options: WritingOptions(overwrite: true))
      let text = errorText(in: folder) {
        try write(network, grownFrom: model, to: "\(folder)/out.h5")
      }
      #expect(
        text == """
          model.h5: has changed since it was read
            diagnose the file again as it is now
          """)
    }
  }

  @Test("a file larger than the process may write is an error like any other")
  func sizeLimit() throws {
    try withTemporaryFolder { folder in
      // Larger than anything other tests write meanwhile: the limit is the whole process's.
      let (count, limit) = (1_200_000, rlim_t(8 << 20))
      try KerasFile(features: 2, [.dense("a", 2, 2), .dense("b", 2, 1)])
        .write(to: "\(folder)/model.h5") {
          $0.dataset(
            "extra", [Double](repeating: 1, count: count), shape: [count], as: .float64)
        }
      let model = try loadModel(at: "\(folder)/model.h5")
      var old = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old)
      var small = rlimit(rlim_cur: limit, rlim_max: old.rlim_max)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &small)
      let text = errorText(in: folder) {
        try write(model.network, grownFrom: model, to: "\(folder)/out.h5")
      }
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &old)
      #expect(
        text == """
          out.h5: cannot be written: File too large
            make room for it, or choose another place
          """)
      #expect(try names(in: folder) == ["model.h5"])
      // The library is as it was.
      try write(model.network, grownFrom: model, to: "\(folder)/out.h5")
    }
  }
}
