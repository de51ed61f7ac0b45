class Tinyagent < Formula
  include Language::Python::Virtualenv

  desc "Words become a plan of tool calls, shown, agreed to and carried out locally"
  homepage "HOMEPAGE"
  url "SOURCE"
  sha256 "CHECKSUM"
  license "MIT"

  depends_on "cmake" => :build # llama-cpp-python is compiled
  depends_on "ninja" => :build
  depends_on "rust" => :build # hf-xet, jiter, pydantic-core
  depends_on "libyaml"
  depends_on "python@3.14"

  # RESOURCES

  def install
    virtualenv_install_with_resources
    generate_completions_from_executable(bin/"tinyagent", "completion")
    man.install_symlink Dir[libexec/"share/man/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/tinyagent --version")
    system bin/"tinyagent", "demo", "--yes", "--folder", testpath/"demo"
    assert_path_exists Dir[testpath/"demo/calendars/personal/*.ics"].first
  end
end
