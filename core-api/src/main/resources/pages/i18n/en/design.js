export default {
  'design.startUp': 'Start-up time',
  'design.text': 'From the click on play to the first picture.',
  'design.title': 'Design',
};
