export default {
  'kit-trial.colour': 'Colour',
  'kit-trial.name': 'Name',
  'kit-trial.open': 'Open',
  'kit-trial.send': 'Send',
  'kit-trial.title': 'Trial',
};
