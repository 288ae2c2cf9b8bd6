import Glibc
import HDF5
import TestSupport
import Testing

/// The text a user sees, with the folder of the test taken out.
private func text(in folder: String? = nil, of body: () throws -> Void) -> String {
  do {
    try body()
  } catch let error as HDF5Error {
    let place = folder.map { error.description.replacing($0 + "/", with: "") }
    return "\(place ?? error.description)\n  \(error.advice)"
  } catch {
    return "\(error)"
  }
  return "no error"
}

@Suite struct FileErrorTests {
  @Test("no file has an empty name, or one with a zero in it, whatever the last error was")
  func names() {
    for name in ["", "a\0b"] {
      errno = EACCES
      #expect(text { _ = try File(name) }.contains("no such file"))
    }
  }

  @Test(
    "a file that is no HDF5 file is told by its content",
    arguments: [
      ([], "a.h5: the file is empty\n  copy or download the file again"),
      (
        Array("PK\u{3}\u{4}....config.json....model.weights.h5".utf8),
        """
        a.h5: is a Keras archive (.keras), not HDF5
          such a file holds a model; samples are read from HDF5 files
        """
      ),
      (
        Array("PK\u{3}\u{4}....x.npy".utf8),
        """
        a.h5: is a NumPy archive (.npz), not HDF5
          such a file holds samples or single weights, and no model
        """
      ),
      (
        Array("PK\u{3}\u{4}....archive/data.pkl".utf8),
        """
        a.h5: is a PyTorch archive, not HDF5
          such a file runs code when it is read; write its arrays with h5py instead
        """
      ),
      (
        Array("PK\u{3}\u{4}....photo.png".utf8),
        "a.h5: is a ZIP archive, not HDF5\n  unpack it and name the HDF5 file inside"
      ),
      (
        [0x93] + Array("NUMPY".utf8),
        """
        a.h5: is a NumPy array (.npy), not HDF5
          such a file holds samples or single weights, and no model
        """
      ),
      (
        Array("CDF\u{1}\u{0}".utf8),
        "a.h5: is a NetCDF-3 file, not HDF5\n  convert it with nccopy -k netCDF-4"
      ),
      (
        [0x80, 4, 0x95],
        """
        a.h5: is a Python pickle, not HDF5
          such a file runs code when it is read; write its arrays with h5py instead
        """
      ),
      (
        [0x0E, 3, 0x13, 1], "a.h5: is an HDF4 file, not HDF5\n  convert it with h4toh5"
      ),
      (
        Array("MATLAB 5.0 MAT-file".utf8),
        "a.h5: is a MATLAB 5 file, not HDF5\n  save it in MATLAB with save -v7.3"
      ),
      ([0x1F, 0x8B, 8], "a.h5: is a gzip file, not HDF5\n  unpack it with gunzip first"),
      (
        [64, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8),
        """
        a.h5: is a safetensors file, not HDF5
          such a file holds a model; name it as the model, with its activations
        """
      ),
      (
        [28, 0, 0, 0] + Array("TFL3".utf8),
        """
        a.h5: is a TensorFlow Lite model, not HDF5
          write the layers with h5py in the framework they come from, in the layout of the manual
        """
      ),
      (
        [8, 7, 0x12, 7] + Array("pytorch".utf8),
        """
        a.h5: is an ONNX model, not HDF5
          write the layers with h5py in the framework they come from, in the layout of the manual
        """
      ),
      (
        [8, 1, 0x12, 0x80, 0x20, 0x0A, 0, 0, 0, 0],
        """
        a.h5: is a TensorFlow SavedModel (.pb), not HDF5
          load it by Keras 2, tf_keras.models.load_model, and save it with model.save('model.keras'); what \
        Keras 3 exported: build the model by its program, give it \
        model.set_weights([v.numpy() for v in tf.saved_model.load(folder).variables]), and save it so
        """
      ),
      (
        [0x0A, 9, 0x0A, 3] + Array("x/y".utf8) + [0x12, 2, 0, 0],
        """
        a.h5: is a TensorFlow graph (.pb), not HDF5
          write the layers with h5py in the framework they come from, in the layout of the manual
        """
      ),
      (
        Array("a,b,y\n1,2,0\n".utf8),
        """
        a.h5: is text in columns, as CSV, not HDF5
          read it in Python, and save the inputs and the column of the targets, here y: \
        numpy.savez('data.npz', x=table.drop(columns='y').to_numpy(), y=table['y'].to_numpy())
        """
      ),
      (
        Array("PAR1".utf8) + [0, 0],
        """
        a.h5: is a Parquet file, not HDF5
          read it in Python, and save the inputs and the column of the targets, here y: \
        numpy.savez('data.npz', x=table.drop(columns='y').to_numpy(), y=table['y'].to_numpy())
        """
      ),
      (
        [0, 1, 2, 3, 0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB],
        """
        a.h5: is the index of a TensorFlow checkpoint, not HDF5
          build the model by its program with tf_keras, load the weights with model.load_weights, and save \
        it with model.save('model.keras')
        """
      ),
      (
        Array("version https://git-lfs.github.com/spec/v1".utf8),
        "a.h5: is a Git LFS pointer, not HDF5\n  fetch the file itself with git lfs pull"
      ),
      (
        Array("{\"class_name\": \"Sequential\"}".utf8),
        "a.h5: is JSON text, not HDF5\n  name the HDF5 file that holds the weights"
      ),
      (
        Array("hello".utf8),
        """
        a.h5: is not an HDF5 file
          check that the download or the copy is complete, and that the path is right
        """
      ),
    ] as [([UInt8], String)])
  func otherFormats(_ content: [UInt8], _ expected: String) throws {
    try withTemporaryFolder { folder in
      try write(content, to: "\(folder)/a.h5")
      #expect(text(in: folder) { _ = try File("\(folder)/a.h5") } == expected)
    }
  }

  @Test("paths that lead to no file")
  func noFile() throws {
    try withTemporaryFolder { folder in
      #expect(
        text(in: folder) { _ = try File("\(folder)/a.h5") }
          == "a.h5: no such file\n  check the path")
      #expect(
        text { _ = try File(folder) } == "\(folder): is a directory\n  name a file inside it")
      try write([8], to: "\(folder)/saved_model.pb")
      #expect(
        text { _ = try File(folder) } == """
          \(folder): is a TensorFlow SavedModel directory, not a file
            load it by Keras 2, tf_keras.models.load_model, and save it with model.save('model.keras'); what \
          Keras 3 exported: build the model by its program, give it \
          model.set_weights([v.numpy() for v in tf.saved_model.load(folder).variables]), and save it so
          """)
      #expect(
        text { _ = try File("/dev/null") } == """
          /dev/null: is not a regular file
            copy its content to a file first
          """)
      #expect(
        HDF5Error(file: "a.h5", .permissionDenied).description == "a.h5: permission denied")
      #expect(
        HDF5Error(file: "a.h5", .permissionDenied).advice
          == "make the file readable with chmod, or copy it")
    }
  }

  @Test("a file cut short says how much is there")
  func truncated() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").dataset("x", [1, 2, 3], shape: [3])
      let whole = try bytes(of: "\(folder)/a.h5")
      try write(Array(whole.prefix(1000)), to: "\(folder)/a.h5")
      #expect(
        text(in: folder) { _ = try File("\(folder)/a.h5") } == """
          a.h5: the file is truncated: 1000 bytes of \(whole.count)
            copy or download the file again
          """)
    }
  }

  @Test("a file after a user block is read")
  func userBlock() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").dataset("x", [1, 2, 3], shape: [3])
      let block = [UInt8](repeating: 0x20, count: 2048)
      try write(block + (try bytes(of: "\(folder)/a.h5")), to: "\(folder)/a.h5")
      #expect(try File("\(folder)/a.h5").root.dataset("x").allFloats() == [1, 2, 3])
    }
  }

  @Test("a superblock or its mark that the library refuses")
  func superblock() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").dataset("x", [1], shape: [1])
      var content = try bytes(of: "\(folder)/a.h5")
      content[8] = 9
      try write(content, to: "\(folder)/a.h5")
      #expect(
        text(in: folder) { _ = try File("\(folder)/a.h5") } == """
          a.h5: was written by a newer HDF5 library
            write it again with libver='v110', or convert it with h5repack --high=1
          """)
    }
    #expect(
      HDF5Error(file: "a.h5", .openForWriting).description == "a.h5: is marked as open for writing")
    #expect(
      HDF5Error(file: "a.h5", .openForWriting).advice
        == "if no program is writing it, clear the mark with h5clear -s")
    #expect(
      HDF5Error(file: "a.h5", .cannotOpen("why")).description == "a.h5: cannot be opened (why)")
  }

  @Test("a block of texts whose sizes lead out of it, or nowhere, is refused before it is walked")
  func damagedHeap() throws {
    try withTemporaryFolder { folder in
      try HDF5Writer("\(folder)/a.h5").attribute("names", ["first", "second"])
      let whole = try bytes(of: "\(folder)/a.h5")
      let heap = try #require(
        whole.indices.first { whole[$0...].starts(with: Array("GCOL".utf8)) })
      // After the block's header of 16 bytes two objects, 16 bytes of header and 8 of text each,
      // then the free space; the size of each stands 8 bytes into its header.
      for (object, size) in [(16, 0xFFFF_FFFF_FFFF_FFF0), (40, 1 << 20), (64, 0), (64, 8)]
        as [(Int, UInt64)]
      {
        var spoiled = whole
        for i in 0..<8 {
          spoiled[heap + object + 8 + i] = UInt8(truncatingIfNeeded: size >> (8 * UInt64(i)))
        }
        try write(spoiled, to: "\(folder)/a.h5")
        #expect(
          text(in: folder) { _ = try File("\(folder)/a.h5").root.attribute("names") } == """
            a.h5: /@names: the block of texts at byte \(heap) is damaged
              the file may be damaged or from a newer HDF5 library: check it with h5dump, or write \
            it again
            """)
      }
      try write(whole + Array("GCOL".utf8), to: "\(folder)/a.h5")
      #expect(try File("\(folder)/a.h5").root.attribute("names")?.texts() == ["first", "second"])
    }
  }

  @Test("a file cut at any length throws and does not trap")
  func cuts() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.dataset(
          "g/x", [1, 2, 3, 4], shape: [2, 2], layout: .chunked([1, 2], deflate: true))
        writer.attribute("names", of: "/g", ["a", "b"])
      }
      let whole = try bytes(of: "\(folder)/a.h5")
      for length in stride(from: 0, to: whole.count, by: 61) {
        try write(Array(whole.prefix(length)), to: "\(folder)/a.h5")
        #expect(throws: HDF5Error.self) { try File("\(folder)/a.h5") }
      }
    }
  }
}

@Suite struct ObjectErrorTests {
  /// One file with everything wrong in it.
  private func withFile(_ body: (_ root: Group, _ folder: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/a.h5")
        writer.dataset("g/x", [1, 2], shape: [2])
        writer.softLink("soft", to: "/g/x")
        writer.opaqueDataset("opaque", bytes: 2, shape: [3])
        writer.dataset("bomb", nil, shape: [1 << 20, 1 << 20], layout: .chunked([1 << 10, 1]))
        writer.dataset("countless", nil, shape: [1 << 40, 1 << 40], layout: .chunked([8, 8]))
        writer.dataset("unwritten", nil, shape: [10, 4], layout: .chunked([3, 4]))
        writer.dataset("late", nil, shape: [10])
        writer.dataset("lzf", [1, 2], shape: [2], layout: .unknownFilter([2]))
        writer.dataset("elsewhere", nil, shape: [2], layout: .external("raw.bin"))
        writer.attribute("bytes", bytes: [0xFF, 0xFE])
        writer.emptyAttribute("nothing")
        writer.attribute("version", integer: 1)
        writer.attribute("names", ["a", "b"])
      }
      try body(try File("\(folder)/a.h5").root, folder)
    }
  }

  @Test("every way a path can be wrong has its text")
  func paths() throws {
    try withFile { root, folder in
      func check(_ path: String, _ expected: String) {
        #expect(text(in: folder) { _ = try root.dataset(path) } == expected)
      }
      check("g/y", "a.h5: /g/y: not found\n  its group holds x")
      check("g/x/y", "a.h5: /g/x: is not a group\n  check the path with h5ls -r")
      check("g", "a.h5: /g: is not a dataset\n  check the path with h5ls -r")
      check(
        "soft/x",
        """
        a.h5: /soft: is a soft link; only hard links are followed
          copy the object itself to this place with h5copy
        """)
      for path in ["", "g//x", "./g/x", "g/../g/x", "g/x/"] {
        check(
          path,
          """
          a.h5: /\(path): is no path of an object
            name it from the root with single slashes, as in /data/inputs
          """)
      }
      // What would move the cursor of a terminal is written out.
      check(
        "g/x\u{0}\u{1B}[2J",
        """
        a.h5: /g/x\\u{0}\\u{1B}[2J: is no path of an object
          name it from the root with single slashes, as in /data/inputs
        """)
      #expect(
        HDF5Error(file: "a.h5", object: "/x", .otherLink).description
          == "a.h5: /x: is a link of unknown kind; only hard links are followed")
    }
  }

  @Test("every way a dataset can be unusable has its text")
  func datasets() throws {
    try withFile { root, folder in
      func check(_ path: String, _ expected: String) {
        #expect(text(in: folder) { _ = try root.dataset(path).allFloats() } == expected)
      }
      check(
        "opaque",
        """
        a.h5: /opaque: holds opaque elements of 2 bytes, expected numbers
          if these are bfloat16 numbers, save the model again as float32
        """)
      check(
        "bomb",
        """
        a.h5: /bomb: declares 4398046511104 bytes but stores 0
          the file is damaged, or made to exhaust memory
        """)
      check(
        "countless",
        """
        a.h5: /countless: declares more elements than can be counted
          the file is damaged, or made to exhaust memory
        """)
      check(
        "unwritten",
        """
        a.h5: /unwritten: 4 of 4 chunks were never written
          write the file again: the program that wrote it may have stopped early
        """)
      check(
        "late",
        """
        a.h5: /late: 1 of 1 chunks were never written
          write the file again: the program that wrote it may have stopped early
        """)
      check(
        "lzf",
        """
        a.h5: /lzf: needs the filter 32001 (blosc), which is not available
          write it again without compression: h5repack -f NONE
        """)
      check(
        "elsewhere",
        """
        a.h5: /elsewhere: keeps its numbers in another file
          gather it into one file with h5repack -l CONTI
        """)
    }
  }

  @Test("weights that take far more memory than the file has are refused")
  func weightBomb() throws {
    try withTemporaryFolder { folder in
      let dense = [Double](repeating: 0, count: 3000 * 4000)
      try HDF5Writer("\(folder)/a.h5").dataset(
        "zeros", dense, shape: [3000, 4000], layout: .chunked([3000, 4000], deflate: true))
      let zeros = try File("\(folder)/a.h5").root.dataset("zeros")
      #expect(
        text(in: folder) { _ = try zeros.allFloats() } == """
          a.h5: /zeros: declares 96000000 bytes but stores \(zeros.storedBytes)
            the file is damaged, or made to exhaust memory
          """)
      // As data, read by blocks, the same dataset is fine.
      var row = [Float](repeating: 1, count: 4000)
      try zeros.read(rows: 5..<6, into: &row)
      #expect(row.allSatisfy { $0 == 0 })
    }
  }

  @Test("an attribute that is not what is expected has its text")
  func attributes() throws {
    try withFile { root, folder in
      #expect(
        text(in: folder) { _ = try root.attribute("bytes") } == """
          a.h5: /@bytes: is not valid UTF-8
            write the text again as UTF-8
          """)
      #expect(
        text(in: folder) { _ = try root.attribute("nothing") } == """
          a.h5: /@nothing: holds no value
            write the file again: the program that wrote it may have stopped early
          """)
      #expect(
        text(in: folder) { _ = try root.attribute("version")?.text() } == """
          a.h5: /@version: is an integer, expected a single text
            write the file again with the value expected
          """)
      #expect(
        text(in: folder) { _ = try root.attribute("names")?.integer() } == """
          a.h5: /@names: is text of shape (2,), expected a single integer
            write the file again with the value expected
          """)
      #expect(
        text(in: folder) { _ = try root.attribute("names")?.number() } == """
          a.h5: /@names: is text of shape (2,), expected a single number
            write the file again with the value expected
          """)
      #expect(
        text(in: folder) { _ = try root.attribute("version")?.texts() } == """
          a.h5: /@version: is an integer, expected a list of texts
            write the file again with the value expected
          """)
    }
  }

  @Test("the texts of problems no small file shows")
  func otherTexts() {
    func check(_ problem: HDF5Error.Problem, _ expected: String) {
      let error = HDF5Error(file: "a.h5", object: "/x", problem)
      #expect("\(error)\n  \(error.advice)" == expected)
    }
    check(
      .externalLink,
      """
      a.h5: /x: is a link into another file; only hard links are followed
        copy the object into this file with h5copy
      """)
    check(
      .virtualLayout,
      """
      a.h5: /x: is put together from other datasets (virtual layout)
        gather it into one file with h5repack -l CONTI
      """)
    check(
      .chunkTooLarge(bytes: 1_000_000_000),
      """
      a.h5: /x: is compressed in chunks of 1000000000 bytes
        write it again in smaller chunks, or without: h5repack -l CONTI
      """)
    check(
      .missingFilter(id: 32000, name: "lzf"),
      """
      a.h5: /x: needs the filter 32000 (lzf), which is not available
        write it again without compression: h5repack -f NONE
      """)
    check(
      .unreadable("inflate() failed"),
      """
      a.h5: /x: cannot be read (inflate() failed)
        the file may be damaged or from a newer HDF5 library: check it with h5dump, or write it again
      """)
    check(
      .shape(found: [64, 32], expected: "(64, 10)"),
      """
      a.h5: /x: shape (64, 32), expected (64, 10)
        write the file again with the value expected
      """)
  }
}
